"""Criterion 3: of no secret that was ever made is anything left, but in the one answer that showed it."""

import base64
import pickle
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib.sessions.backends.db import SessionStore

from tests.durability.installation import BEHIND_A_PROXY, SETTLE, Server, in_production
from tests.durability.people import DEVELOPER, OWNERS, PASSWORD
from tests.durability.sediment import files_of, rows_of, unpacked
from tests.durability.stores import connect
from tests.durability.visitor import ME, NEW, SIGN_IN, TOKENS, Answer, Visitor, id_of
from tokens.secret import CHECKSUM_WIDTH, SECRET_WIDTH

MADE, MISTREATED = 20, 2
WRONG_PASSWORD = "not-the-password-but-private"
LOG = "/t/acme/settings/audit-log/"
ADDRESSES = (
    f"{TOKENS}?q={{}}",
    f"{TOKENS}?q=Bearer%20{{}}",
    f"{TOKENS}?q=%22{{}}%22",
    f"{LOG}?q={{}}",
    f"{ME}?access_token={{}}",
    f"{TOKENS}{{}}/",
    "/account/sign-in/?next=/%3Ftoken%3D{}",
)


@dataclass
class Watched(Visitor):
    """Remembers every answer; those to requests that may show what was typed are kept apart."""

    answers: list[tuple[str, Answer]] = field(default_factory=list)

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str | None) -> Answer:
        answer = super()._ask(method, path, headers, body)
        self.answers.append((f"{method} {path}", answer))
        return answer

    @property
    def said(self) -> Iterator[tuple[str, bytes]]:
        """Bodies of answers to GET, and of every answer its headers: cookies, Location and all."""
        for request, answer in self.answers:
            yield request, str(answer.headers).encode()
            if request.startswith("GET"):
                yield request, answer.text.encode()


@dataclass
class Past:
    """What happened: the secrets made, who walked around, and the server that saw it."""

    visitors: list[Watched]
    server: Server
    secrets: list[str] = field(default_factory=list)

    @property
    def private(self) -> list[bytes]:
        parts = [secret[:-CHECKSUM_WIDTH][-SECRET_WIDTH:] for secret in self.secrets]
        return [text.encode() for text in [*self.secrets, *parts, PASSWORD, WRONG_PASSWORD]]

    def found_in(self, places: Iterator[tuple[str, bytes]]) -> set[str]:
        return {name for name, content in places for text in self.private if text in content}


def test_no_secret_is_left_in_any_sink(tmp_path: Path) -> None:
    with in_production(tmp_path) as installation:
        installation.manage("shell", "-v0", "-c", SETTLE)
        with (
            installation.served() as server,
            closing(connect(installation.database)) as reader,
            Watched(server.port, BEHIND_A_PROXY) as marc,
            Watched(server.port, BEHIND_A_PROXY) as olivia,
        ):
            reader.execute("SELECT count(*) FROM tokens_token").fetchall()  # an open reader keeps the -wal file
            past = live(marc, olivia, server)
            assert past.found_in(files_of(installation.database)) == set()
            assert server.stop() == 0
        assert past.found_in(rows_of(installation.database)) == set()
        assert past.found_in(files_of(installation.database)) == set()
        assert past.found_in(visitor_said for one in past.visitors for visitor_said in one.said) == set()
        assert past.found_in(iter([("log", server.said.encode())])) == set()
        assert "Traceback" not in server.said


def live(marc: Watched, olivia: Watched, server: Server) -> Past:
    past = Past([marc, olivia], server)
    enter(marc, DEVELOPER)
    enter(olivia, OWNERS[0])
    for number in range(MADE):
        past.secrets.append(make_and_repeat(marc, f"Token {number}"))
        assert marc.use(past.secrets[-1]) == 200
    for secret in past.secrets[:MISTREATED]:
        leak(marc, secret)
        look_around(marc, secret)
        look_around(olivia, secret)
        assert marc.revoke(secret).status == 302
        assert marc.use(secret) == 401
    look_around(olivia, past.secrets[0])
    return past


def enter(visitor: Watched, email: str) -> None:
    for login in (email, "nobody@acme.test", WRONG_PASSWORD):
        assert visitor.sign_in(login, WRONG_PASSWORD).status == 200
    assert visitor.sign_in(email, PASSWORD).status == 302


def make_and_repeat(visitor: Watched, name: str) -> str:
    """The form is sent a second time, as a reload of the revealed page does."""
    fields = {**visitor.get(f"{TOKENS}new/").hidden, **NEW, "name": name}
    [secret] = visitor.post(f"{TOKENS}new/", fields).secrets
    again = visitor.post(f"{TOKENS}new/", fields)
    assert "cannot be shown again" in again.text
    assert not again.secrets
    return secret


def leak(visitor: Watched, secret: str) -> None:
    """Everywhere that a secret does not belong: refused, and told nobody."""
    page = f"{TOKENS}{id_of(secret)}/"
    for path, fields in [
        (f"{TOKENS}new/", {**NEW, "name": secret}),
        (f"{TOKENS}new/", {**NEW, "name": "Fine", "description": f"It is {secret}."}),
        (f"{TOKENS}new/", {**NEW, "name": "Fine", "networks": secret}),
        (f"{page}edit/", {"name": f"Now {secret}", "description": ""}),
        (f"{page}revoke/", {"confirm": secret, "reason": ""}),
        (f"{page}revoke/", {"confirm": id_of(secret).hex[-8:], "reason": f"{secret} was in a log"}),
    ]:
        assert visitor.fill(path, fields).status == 422, (path, fields)
    for address in ADDRESSES:
        answer = visitor.get(address.format(quote(secret)))
        assert answer.status == 400, address
    assert visitor.get(ME, Authorization=f"Basic {secret}").status == 401
    assert visitor.get(ME, Authorization=f"Bearer {secret}x").status == 401
    assert visitor.post(SIGN_IN, {"login": secret, "password": secret}).status in (302, 403)


def look_around(visitor: Watched, secret: str) -> None:
    page = f"{TOKENS}{id_of(secret)}/"
    for path in (TOKENS, f"{TOKENS}new/", f"{TOKENS}new/?like={id_of(secret)}", page, f"{page}edit/", f"{page}scopes/"):
        assert visitor.get(path).status in (200, 302), path  # an ended token has no forms any more
    for path in (f"{page}revoke/", LOG, f"{LOG}?about={id_of(secret)}", f"{TOKENS}?status=ended", "/account/password/"):
        assert visitor.get(path).status in (200, 302, 403), path


@pytest.mark.parametrize(
    "packed",
    [
        SessionStore().encode({"kept": "by mistake"}),
        SessionStore().encode({"kept": "by mistake", "much": "more" * 100}),
        base64.b64encode(pickle.dumps({"kept": "by mistake"})).decode(),
        {"kept": "by mistake"},
    ],
    ids=["session", "compressed session", "cache entry", "ledger detail"],
)
def test_the_search_sees_through_how_things_are_packed(packed: object) -> None:
    assert any(b"by mistake" in found for found in unpacked([packed]))
