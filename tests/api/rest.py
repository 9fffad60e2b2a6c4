"""A program with a token, as tests of the REST API see it."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.test import Client

from accounts.access import Actor
from tests import factories
from tests.cast import Cast
from tokens.kinds import Kind
from tokens.lifecycle import Issued

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

API = "/api/v1"
JSON = "application/json"
EVERYTHING = "assets:write projects:write tokens:write members:write roles:write policy:write ledger:read"
NEW = {"name": "Nightly sync", "scope": "assets:read", "lifetime": "7d"}


@dataclass(frozen=True)
class Program:
    """Calls the API with one token and keeps no cookies."""

    issued: Issued

    @property
    def path(self) -> str:
        """Where its own token is found."""
        return f"/tokens/{self.issued.token.pk}"

    def get(self, path: str, **headers: str) -> "Answer":
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> "Answer":
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any) -> "Answer":
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> "Answer":
        return self.call("DELETE", path)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> "Answer":
        """Bytes are sent as they are, everything else as JSON. `headers` are written like names of Python."""
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        bearer = {"Authorization": f"Bearer {self.issued.secret.value}"}
        kind = given.pop("content-type", JSON)
        return Client().generic(method, f"{API}{path}", sent, content_type=kind, headers={**bearer, **given})


def program(by: Actor, scope: str = EVERYTHING, kind: Kind = Kind.PERSONAL, **more: Any) -> Program:
    """A program with a new token of its own."""
    return Program(factories.token(by, scope, kind=kind, **more))


def strong(cast: Cast) -> Program:
    """Most of what olivia may do, by a token."""
    return program(cast.olivia.actor)


def fields(answer: "Answer") -> set[str]:
    """What a 422 objects to."""
    assert answer.status_code == 422, answer.content
    return {one["field"] for one in answer.json()["errors"]}
