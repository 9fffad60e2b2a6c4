"""The lines of the README that call the REST API do what it says, as they stand there."""

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.test import Client

from accounts import memberships
from tests import factories
from tests.api.rest import JSON
from tests.cast import Cast
from tokens.kinds import Kind
from tokens.models import Token

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

README = Path(__file__).resolve().parent.parent.parent.joinpath("README.md").read_text(encoding="utf-8")


def lines_of(heading: str) -> list[str]:
    section = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^ {4}(curl .+)$", section, re.MULTILINE)


def test_each_line_works_as_it_stands(cast: Cast) -> None:
    known = {"ACME_TOKEN": factories.token(cast.olivia.actor, "tokens:write assets:read").secret.value}
    make, find, end, count, end_all = lines_of("Automate it")
    made, again = _run(make, known), _run(make, known)
    assert (made.status_code, again.status_code) == (201, 200)
    assert "secret" in made.json()
    assert "secret" not in again.json()
    assert [one["name"] for one in _run(find, known).json()["items"]] == ["Build 7"]
    ended = _run(end, {**known, "TOKEN_ID": made.json()["id"]})
    assert (ended.json()["status"], ended.json()["revoked_reason"]) == ("revoked", "Build 7 is done")
    assert Token.objects.count() == 2
    for _ in range(2):
        factories.token(cast.marc.actor, name="Build 8")
    assert _run(count, known).json() == {"matched": 2, "revoked": 0, "more": False}
    assert _run(end_all, known).json()["revoked"] == 2


def test_people_are_invited_found_and_changed(cast: Cast) -> None:
    scope = f"members:write {cast.marc.membership.role.grants}"
    known = {"ACME_TOKEN": factories.token(cast.olivia.actor, scope).secret.value}
    memberships.suspend(cast.victor.membership, by=cast.olivia.actor)
    invite, find, change = lines_of("Your people")
    assert _run(invite, known).json()["email"] == "kai@acme.example"
    [found] = _run(find, known).json()["items"]
    changed = _run(change, {**known, "MEMBER_ID": found["id"]}).json()
    assert (changed["user"]["name"], changed["role"]["key"]) == ("Victor Test", "developer")


def test_what_is_registered_can_be_what_a_token_is_limited_to(cast: Cast) -> None:
    scope = "tokens:write tokens:custom resources:write updates:run"
    known = {"ACME_TOKEN": factories.token(cast.olivia.actor, scope, kind=Kind.TENANT).secret.value}
    one, many, find, make = lines_of("Single targets")
    assert _run(one, known).status_code == 201
    assert _run(many, known).json()["new"] == 1
    assert [found["name"] for found in _run(find, known).json()["items"]] == ["Hamburg lab"]
    assert _run(make, known).json()["scope"] == "updates:run@group=eu-7"


def _run(line: str, known: dict[str, str]) -> "Answer":
    """What curl would send: `--json` makes it a POST."""
    words = shlex.split(re.sub(r"\$(\w+)", lambda found: known[found[1]], line))[1:]
    address = words.pop(next(at for at, word in enumerate(words) if word.startswith("http:")))
    given = list(zip(words[::2], words[1::2], strict=True))
    headers = dict(text.split(": ", 1) for name, text in given if name == "--header")
    bodies = [text for name, text in given if name == "--json"]
    assert {name for name, _ in given} <= {"--header", "--json", "--request"}
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    method = dict(given).get("--request", "POST" if bodies else "GET")
    return Client().generic(method, path, "".join(bodies).encode(), content_type=JSON, headers=headers)
