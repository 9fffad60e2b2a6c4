"""The lines of the README's "Automate it" do what it says, as they stand there."""

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.test import Client

from tests import factories
from tests.api.rest import JSON
from tests.cast import Cast
from tokens.models import Token

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

README = Path(__file__).resolve().parent.parent.parent.joinpath("README.md").read_text(encoding="utf-8")
LINES = re.findall(r"^ {4}(curl .+)$", README.partition("## Automate it")[2].partition("\n## ")[0], re.MULTILINE)


def test_each_line_works_as_it_stands(cast: Cast) -> None:
    known = {"ACME_TOKEN": factories.token(cast.olivia.actor, "tokens:write assets:read").secret.value}
    make, find, end = LINES
    made, again = _run(make, known), _run(make, known)
    assert (made.status_code, again.status_code) == (201, 200)
    assert "secret" in made.json()
    assert "secret" not in again.json()
    assert [one["name"] for one in _run(find, known).json()["items"]] == ["Build 7"]
    ended = _run(end, {**known, "TOKEN_ID": made.json()["id"]})
    assert (ended.json()["status"], ended.json()["revoked_reason"]) == ("revoked", "Build 7 is done")
    assert Token.objects.count() == 2


def _run(line: str, known: dict[str, str]) -> "Answer":
    """What curl would send: `--json` makes it a POST."""
    _, address, *options = shlex.split(re.sub(r"\$(\w+)", lambda found: known[found[1]], line))
    given = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(text.split(": ", 1) for name, text in given if name == "--header")
    bodies = [text for name, text in given if name == "--json"]
    assert {name for name, _ in given} <= {"--header", "--json"}
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    method = "POST" if bodies else "GET"
    return Client().generic(method, path, "".join(bodies).encode(), content_type=JSON, headers=headers)
