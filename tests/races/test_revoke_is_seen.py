"""A revoke that was answered is seen by every check that starts after it, in every process."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Event

import psutil
import pytest

from tests.durability.installation import HOST, Server, installed
from tests.durability.people import OWNERS, PASSWORD
from tests.durability.visitor import ME, Visitor
from tests.examples import IN_CI

CHECKERS, PROCESSES = 8, 2
TOKENS, CHECKS = (12, 3000) if IN_CI else (6, 1000)  # in all
BEFORE_SECONDS = 0.1  # the token is in use when it is revoked
MOST_SECONDS = 60

pytestmark = pytest.mark.postgres


@dataclass(frozen=True)
class Check:
    started: float
    ended: float
    status: int


@dataclass(frozen=True)
class Round:
    """One token's: when its revoke was answered, the checks before, meanwhile and after, and who served them."""

    answered: float
    checks: list[Check]
    processes: set[int]

    @property
    def accepted_late(self) -> list[Check]:
        return [check for check in self.checks if check.started > self.answered and check.status != 401]


def test_no_check_that_starts_after_the_answer_is_accepted(tmp_path: Path) -> None:
    with (
        installed(tmp_path) as installation,
        installation.served(workers=PROCESSES) as server,
        Visitor(server.port) as olivia,
        ThreadPoolExecutor(CHECKERS) as pool,
    ):
        olivia.sign_in(OWNERS[0], PASSWORD)
        rounds = [revoke_while_checked(olivia, server, pool) for _ in range(TOKENS)]
        assert "Traceback" not in server.said, server.said
    checks = [check for one in rounds for check in one.checks]
    print(f"{len(checks)} checks of {TOKENS} tokens")
    assert not [check for one in rounds for check in one.accepted_late]
    assert len(checks) >= CHECKS
    assert {check.status for check in checks} == {200, 401}
    assert len({process for one in rounds for process in one.processes}) == PROCESSES


def revoke_while_checked(olivia: Visitor, server: Server, pool: ThreadPoolExecutor) -> Round:
    secret, stop = olivia.create("Soon revoked"), Event()
    running = [pool.submit(check_until, stop, secret, server.port) for _ in range(CHECKERS)]
    try:
        time.sleep(BEFORE_SECONDS)
        processes = serving(server)
        assert olivia.revoke(secret).status == 302
        answered = time.monotonic()
    finally:
        stop.set()
    return Round(answered, [check for one in running for check in one.result(MOST_SECONDS)], processes)


def check_until(stop: Event, secret: str, port: int) -> list[Check]:
    """Over one connection, hence always with the same process, and then as often again as `CHECKS` asks for."""
    headers = {"Authorization": f"Bearer {secret}"}
    with closing(HTTPConnection(HOST, port, timeout=MOST_SECONDS)) as connection:
        checks = [check(connection, headers)]
        while not stop.is_set():
            checks.append(check(connection, headers))
        after = range(CHECKS // TOKENS // CHECKERS)
        return [*checks, *(check(connection, headers) for _ in after)]


def check(connection: HTTPConnection, headers: dict[str, str]) -> Check:
    started = time.monotonic()
    connection.request("GET", ME, headers=headers)
    with connection.getresponse() as response:
        response.read()
        return Check(started, time.monotonic(), response.status)


def serving(server: Server) -> set[int]:
    """The processes that somebody is connected to: the kernel deals connections out, so in each round others."""
    return {
        worker.pid
        for worker in server.workers
        if any(one.status == psutil.CONN_ESTABLISHED for one in worker.net_connections("tcp4"))
    }
