"""Many clients that check one token after another without a pause, at three doors, and remember when they asked."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Event
from urllib.parse import urlencode

from tests.durability.installation import HOST

TIMEOUT_SECONDS = 60
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

type Door = Callable[[HTTPConnection, str], bool]


@dataclass(frozen=True, slots=True)
class Check:
    """`started` is taken before anything is sent."""

    token: str
    door: str
    started: float
    accepted: bool


@dataclass
class Checkers:
    """Clients of a server at `port`; each keeps its connection, hence its process. `token` is what they check now."""

    port: int
    caller: str  # whose token asks about others
    token: str
    checks: list[Check] = field(default_factory=list)
    stop: Event = field(default_factory=Event)

    def start(self, pool: ThreadPoolExecutor, doors: list[str]) -> list[Future[None]]:
        return [pool.submit(self._run, door) for door in doors]

    def wait_for_more(self, count: int) -> None:
        """Until so many checks more have ended."""
        target, end = len(self.checks) + count, time.monotonic() + TIMEOUT_SECONDS
        while len(self.checks) < target and not self.stop.is_set():
            assert time.monotonic() < end, "the checks have stopped"
            time.sleep(0.001)

    def _run(self, door: str) -> None:
        ask = self._doors()[door]
        try:
            with closing(HTTPConnection(HOST, self.port, timeout=TIMEOUT_SECONDS)) as connection:
                while not self.stop.is_set():
                    token, started = self.token, time.monotonic()
                    self.checks.append(Check(token, door, started, ask(connection, token)))
        finally:
            self.stop.set()  # whoever fails ends the whole

    def _doors(self) -> dict[str, Door]:
        return {"rest": _rest, "forward-auth": _forward_auth, "introspection": self._introspection}

    def _introspection(self, connection: HTTPConnection, token: str) -> bool:
        headers = {"Authorization": f"Bearer {self.caller}", **FORM}
        status, body = _asked(connection, "POST", "/oauth/introspect", headers, urlencode({"token": token}))
        assert status == 200, (status, body)
        return b'"active": true' in body


def _rest(connection: HTTPConnection, token: str) -> bool:
    return _passed(connection, "/api/v1/me", token)


def _forward_auth(connection: HTTPConnection, token: str) -> bool:
    return _passed(connection, "/authz/verify", token)


def _passed(connection: HTTPConnection, path: str, token: str) -> bool:
    status, body = _asked(connection, "GET", path, {"Authorization": f"Bearer {token}"})
    assert status in {200, 401}, (status, body)
    return status == 200


def _asked(
    connection: HTTPConnection, method: str, path: str, headers: dict[str, str], form: str = ""
) -> tuple[int, bytes]:
    connection.request(method, path, form or None, headers)
    with connection.getresponse() as response:
        return response.status, response.read()
