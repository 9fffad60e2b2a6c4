"""A proxy that asks: the same WSGI environ in front of Django and inside it, and exactly what comes back."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from django.test import RequestFactory

from api import front

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

VERIFY = "/authz/verify"
SCOPE = f"{VERIFY}/scope/"
IDENTITY = ("X-Auth-Subject", "X-Auth-Tenant", "X-Auth-Client-Id", "X-Auth-Scopes", "X-Auth-Token-Id")
HEADERS = {"Authorization": "Bearer {}", "X-API-Key": "{}"}  # how a token may be sent
DOORS = ("in front", "inside")


@dataclass(frozen=True)
class Said:
    """An answer as a server would send it, header by header in their order."""

    status: int
    line: str
    raw: list[tuple[str, str]]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        assert len({name.lower() for name, _ in self.raw}) == len(self.raw), self.raw
        return dict(self.raw)

    @property
    def identity(self) -> dict[str, str]:
        return {name: value for name, value in self.raw if name.lower().startswith("x-auth-")}

    @property
    def without_id(self) -> tuple[str, list[tuple[str, str]], bytes]:
        """Everything but the request's id, which no two answers share."""
        body = self.body.replace(self.headers["X-Request-ID"].encode(), b"")
        return self.line, [(name, "" if name == "X-Request-ID" else value) for name, value in self.raw], body


def ask(door: str, path: str = VERIFY, *, method: str = "GET", **environ: Any) -> Said:
    """`environ` holds WSGI names besides what `headers` says."""
    return send(door, environ_of(path, method=method, **environ))


def environ_of(path: str, *, method: str = "GET", headers: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    return dict(RequestFactory().generic(method, path, headers=headers, **more).environ)


def send(door: str, environ: "WSGIEnvironment") -> Said:
    said: list[tuple[str, list[tuple[str, str]]]] = []
    with _connections_left_alone():
        answer = _doors()[door](environ, lambda line, headers, error=None: said.append((line, headers)))  # type: ignore[arg-type]
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
    [(line, headers)] = said
    return Said(int(line.split()[0]), line, headers, body)


def bearing(token: str, header: str = "Authorization") -> dict[str, str]:
    return {header: HEADERS[header].format(token)}


@contextmanager
def _connections_left_alone() -> Iterator[None]:
    """As Django's own client does: a test lives in a transaction, and that in a connection."""
    around = (signals.request_started, signals.request_finished)
    for signal in around:
        signal.disconnect(close_old_connections)
    try:
        with patch.object(front, "close_old_connections"):
            yield
    finally:
        for signal in around:
            signal.connect(close_old_connections)


@cache
def _doors() -> "dict[str, WSGIApplication]":
    return {"in front": front.in_front_of(_nobody), "inside": WSGIHandler()}


def _nobody(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    raise AssertionError("This should not have reached Django.")
