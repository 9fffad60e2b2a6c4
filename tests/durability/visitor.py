"""Somebody who keeps cookies and fills forms, and somebody with a token: over HTTP, without a test client."""

import re
from dataclasses import dataclass, field
from email.message import Message
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from tokens.secret import LOOKS_LIKE_A_TOKEN, parse

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 60
SIGN_IN = "/account/sign-in/"
TOKENS = "/t/acme/settings/developers/tokens/"
ME = "/api/v1/me"
NEW = {"kind": "personal", "expires": "30d", "scope:assets": "read"}
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    text: str

    @property
    def secrets(self) -> set[str]:
        """Every token string in the body."""
        return set(LOOKS_LIKE_A_TOKEN.findall(self.text))

    @property
    def hidden(self) -> dict[str, str]:
        """What a form sends without anybody typing it: CSRF token, idempotency key."""
        return {name: unescape(value) for name, value in HIDDEN.findall(self.text)}


@dataclass
class Visitor:
    """One connection, kept alive, and one jar of cookies. `headers` are sent with everything."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cookies: dict[str, str] = {}
        self.connection = HTTPConnection(HOST, self.port, timeout=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, headers, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, urlencode(fields))

    def fill(self, path: str, fields: dict[str, str]) -> Answer:
        """Open a form, type, and send it with what it hides."""
        form = self.get(path)
        assert form.status == 200, (path, form.status, form.text)
        return self.post(path, {**form.hidden, **fields})

    def sign_in(self, email: str, password: str) -> Answer:
        return self.fill(SIGN_IN, {"login": email, "password": password})

    def create(self, name: str) -> str:
        """A new token; the secret as the page shows it."""
        revealed = self.fill(f"{TOKENS}new/", {**NEW, "name": name})
        assert revealed.status == 200, (revealed.status, revealed.text)
        [secret] = revealed.secrets
        return secret

    def revoke(self, secret: str) -> Answer:
        pk = id_of(secret)
        return self.fill(f"{TOKENS}{pk}/revoke/", {"confirm": pk.hex[-8:], "reason": "done"})

    def use(self, secret: str) -> int:
        """The status that a client with this token gets."""
        return self.get(ME, Authorization=f"Bearer {secret}").status

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str | None) -> Answer:
        cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        self.connection.request(method, path, body, {**self.headers, **(cookies if self.cookies else {}), **headers})
        with self.connection.getresponse() as response:
            answer = Answer(response.status, response.headers, response.read().decode())
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer


def id_of(secret: str) -> UUID:
    parsed = parse(secret)
    assert parsed
    return parsed.id
