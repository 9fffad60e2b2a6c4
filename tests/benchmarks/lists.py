"""What lists and search cost at size: `python -m tests.benchmarks.lists [tokens]`, a million if not told otherwise.

For each database the same questions are asked of a tenant with a thousand tokens, then of one with all of them and ten
thousand members. Times are of the database calls alone, medians; what counts are the ratios.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
LITTLE, MEMBERS, ROUNDS = 1_000, 10_000, 21
SERVICE_USERS_SHARE = 10  # one token of so many is a service user's
WORDS = ("asset", "backup", "billing", "catalogue", "deploy", "export", "feed", "import", "mirror", "nightly", "report")
RARE = "zeppelin"
HERE = "--here"


def main(count: int) -> None:
    """Each database in a process of its own, as settings are read once."""
    from tests.databases import postgresql

    command = [sys.executable, "-m", __spec__.name, str(count), HERE]
    with tempfile.TemporaryDirectory(prefix="portal-lists-") as folder:
        subprocess.run(command, cwd=ROOT, env=_environment(f"sqlite:///{folder}/portal.sqlite3"), check=True)
    with postgresql() as address:
        subprocess.run(command, cwd=ROOT, env=_environment(address), check=True)


def measure(count: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with _patience():
        little = _house("little", LITTLE, 20)
        big = _house("big", count, MEMBERS)
    _settle()
    print(f"\n{connection.display_name}, {LITTLE:,} and {count:,} tokens; ms of database time\n", flush=True)
    for name, ask in _questions().items():
        few, many = _median(ask, little), _median(ask, big)
        print(f"{name:<44}{few:8.2f}{many:9.2f}{many / few:8.2f}x", flush=True)


def _environment(url: str) -> dict[str, str]:
    told = {"PORTAL_MODE": "test", "DJANGO_SETTINGS_MODULE": "tests.settings", "PORTAL_TEST_DATABASE_URL": url}
    return {**os.environ, **told}


@contextmanager
def _patience() -> Iterator[None]:
    """A GIN index is filled a hundred times faster at once than row by row."""
    from django.db import connection

    server = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if server:
            cursor.execute("DROP INDEX search_pieces")
        yield
        if server:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("CREATE INDEX search_pieces ON accounts_search_pieces USING gin (pieces)")
            cursor.execute("SET statement_timeout = 15000")


def _house(slug: str, tokens: int, people: int) -> Any:
    """A tenant whose tokens are named after what they do; three of them are rare. Its owner asks."""
    from accounts import findable, roles, search
    from accounts.access import Actor
    from accounts.installed import catalogue
    from accounts.models import Membership, ServiceUser, User, listing_of
    from tests import factories
    from tests.cast import ORIGIN

    roles.load(catalogue())
    owner = factories.person(email=f"owner@{slug}.test", name="Olivia Owner")
    tenant = factories.tenant(slug, slug.capitalize(), owner)
    viewer = roles.built_in("viewer")
    users = User.objects.bulk_create(
        [User(email=f"p{at}@{slug}.test", name=f"Person {WORDS[at % 11]} {at}", password="!") for at in range(people)],
        batch_size=1000,
    )
    made = Membership.objects.bulk_create(
        [Membership(user=one, tenant=tenant, role=viewer, listed_as=listing_of(one)) for one in users], 1000
    )
    search.add(*[findable.member(one) for one in made])
    workers = ServiceUser.objects.bulk_create([ServiceUser(tenant=tenant, name=f"Worker {at}") for at in range(20)])
    search.add(*[findable.service_user(one) for one in workers])
    _tokens(tenant, made, workers, tokens)
    return Actor.member(factories.membership_of(owner, tenant), ORIGIN)


def _tokens(tenant: Any, members: list[Any], workers: list[Any], count: int) -> None:
    from datetime import timedelta

    from audit import clock
    from audit.ids import uuid7
    from tests.benchmarks.many import Copy, store
    from tests.tokens import rows

    now, rare = clock.now(), {0, count // 2, count - 1}

    def name(at: int) -> str:
        return f"{RARE if at in rare else WORDS[at % 11]} {WORDS[at // 11 % 11]} {at:x}"

    def end(at: int) -> datetime:
        return now + timedelta(days=at % 300 - 60, seconds=at % 86_400)

    def some(numbers: range, owners: list[Any]) -> Iterator[Copy]:
        return (Copy(uuid7(), owners[at % len(owners)].pk, name(at), end(at)) for at in numbers)

    told: dict[str, Any] = {"expires_at": end(0), "created_at": now - timedelta(days=90)}
    part = count // SERVICE_USERS_SHARE
    store(rows.row(tenant, service_user=workers[0], name=name(0), **told), some(range(1, part), workers))
    store(rows.row(tenant, members[0], name=name(part), **told), some(range(part + 1, count), members))


def _settle() -> None:
    from django.db import connection

    from tokens import searching

    searching.get_acquainted()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE")


def _questions() -> dict[str, Callable[[Any], object]]:
    from accounts import memberships
    from accounts.models import Membership, ServiceUser

    return {
        "first page and all counts": _asks(""),
        "deep page (end of the list by name)": _walked,
        "ended ones": _asks("status=ended"),
        "those of a person": _of_one(Membership),
        "those of a service user": _of_one(ServiceUser),
        "search, three hits": _asks(f"q={RARE}"),
        "search, no hit": _asks("q=xylophone"),
        "search, a person's name": _asks("q=person+report+10"),
        "search, one hit among common words": _asks("q=asset+asset+0"),
        "search, a word in one of six names": _asks("q=nightly"),
        "search, two letters": _asks("q=ze"),
        "search, end of an id": _asks("q=ffffff"),
        "members, search": lambda actor: list(memberships.matching("report 10", by=actor)[:50]),
    }


def _asks(query: str) -> Callable[[Any], Any]:
    from django.http import QueryDict

    from tokens import listing
    from tokens.asking import Asked

    return lambda actor: listing.read(actor, Asked.of(QueryDict(query)))


def _of_one(model: Any) -> Callable[[Any], object]:
    newest: Callable[[Any], Any] = cache(lambda tenant: model.objects.filter(tenant=tenant).latest("pk").pk)
    return lambda actor: _asks(f"subject={newest(actor.tenant)}")(actor)


def _walked(actor: Any) -> object:
    return _asks(f"sort=name&cursor={_last_by_name(actor)}")(actor)


@cache
def _last_by_name(actor: Any) -> str:
    return _turned(_asks("sort=-name")(actor).page.items[-1])


def _turned(last: Any) -> str:
    """The cursor after a row near the end, in the order by name."""
    from django.db.models import F  # noqa: F401 - Django is set up

    from audit.keyset import Phase, _encode

    last.name_key = last.name.lower()
    phase: Phase[Any] = Phase(type(last).objects.by_name(), ("name_key", "id"))
    return _encode([phase], (0, last), backwards=False)


def _median(ask: Callable[[Any], object], actor: Any) -> float:
    return statistics.median(_once(ask, actor) for _ in range(ROUNDS))


def _once(ask: Callable[[Any], object], actor: Any) -> float:
    from django.db import connection

    spent = 0.0

    def clocked(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal spent
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - start

    with connection.execute_wrapper(clocked):
        ask(actor)
    return spent * 1000


if __name__ == "__main__":
    size = next((int(one) for one in sys.argv[1:] if one.isdigit()), 1_000_000)
    measure(size) if HERE in sys.argv else main(size)
