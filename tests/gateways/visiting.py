"""Somebody outside, with headers of their own making."""

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from typing import Any

from tests.durability.installation import HOST
from tests.gateways.upstream import Upstream

TIMEOUT_SECONDS = 30

type Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Visited:
    status: int
    headers: Message
    body: bytes

    @property
    def repeated(self) -> dict[str, Any]:
        """What the API was sent."""
        assert self.status == 200, (self.status, self.body)
        told: dict[str, Any] = json.loads(self.body)
        return told

    def told(self, name: str) -> list[str]:
        """Each value under which the API could read a header, however it spells `_`."""
        sent = self.repeated["headers"]
        return [value for key, value in sent if key.lower().replace("_", "-") == name.lower()]


@dataclass
class Gateway:
    """Something that listens at `port` and has `upstream` behind it."""

    port: int
    upstream: Upstream

    def visit(
        self, headers: Headers = (), *, method: str = "GET", path: str = "/", body: str = "", come_from: str = HOST
    ) -> Visited:
        """Headers go out one by one: the same name twice, or spelt in two ways."""
        address = (come_from, 0)
        with closing(HTTPConnection(HOST, self.port, timeout=TIMEOUT_SECONDS, source_address=address)) as connection:
            connection.putrequest(method, path)
            for name, value in (*headers, *([("Content-Length", str(len(body)))] if body else [])):
                connection.putheader(name, value)
            connection.endheaders(body.encode() or None)
            with connection.getresponse() as response:
                return Visited(response.status, response.headers, response.read())


def bearer(token: str) -> list[tuple[str, str]]:
    return [("Authorization", f"Bearer {token}")]
