"""What answering before Django saves, in one run: `-s` prints the table."""

from pathlib import Path

from tests.benchmarks.measuring import Ask, microseconds, serving
from tests.durability.installation import installed
from tests.durability.people import OWNERS, PASSWORD
from tests.durability.visitor import ME, Visitor

CHECK = "/authz/verify/scope/assets:read"
GARBAGE = "tpp_" + "0" * 71


def test_a_check_in_front_of_django_costs_less_than_half(tmp_path: Path) -> None:
    with installed(tmp_path) as installation, installation.served(workers=1) as portal, Visitor(portal.port) as olivia:
        olivia.sign_in(OWNERS[0], PASSWORD)
        good = {"Authorization": f"Bearer {olivia.create('Measured')}"}
        with serving(installation, ["nothing", "in_front_of_django", "inside_django"]) as servers:
            bare, front, django = servers.values()
            taken = microseconds(
                {
                    "bare WSGI, 204": (bare, Ask("/", {}, 204)),
                    "check in front of Django": (front, Ask(CHECK, good)),
                    "the same inside Django, first middleware": (django, Ask(CHECK, good)),
                    "a view behind all middleware": (django, Ask(ME, good)),
                    "garbage in front of Django": (front, Ask(CHECK, {"X-API-Key": GARBAGE}, 401)),
                }
            )
    for name, spent in taken.items():
        print(f"{name:<42}{spent:8.0f} us")
