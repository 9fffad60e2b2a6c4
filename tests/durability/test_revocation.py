"""No check that starts after a revoke's answer is accepted: at every door, in every process, however many there are,
and whether a person or a program revoked.

A hundred thousand checks with CI=true, a few thousand otherwise.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path

import psutil
import pytest

from accounts.access import Actor
from accounts.models import Tenant, User
from audit.record import Origin
from tests import factories
from tests.durability.checkers import Checkers
from tests.durability.installation import HOST, Server, installed
from tests.durability.people import OWNERS, PASSWORD
from tests.durability.visitor import Visitor, id_of
from tests.examples import IN_CI

PROCESSES = 2
DOORS = ["forward-auth"] * 12 + ["rest"] * 2 + ["introspection"] * 2
CHECKS = 100_000 if IN_CI else 2_000
TOKENS = 100 if CHECKS > 10_000 else 20
IN_USE = CHECKS // TOKENS // 2  # checks of a token before its revoke, and as many after it
TIMEOUT_SECONDS = 60
SETTLE = f"from tests.durability.test_revocation import settle; settle({TOKENS})"

pytestmark = pytest.mark.postgres

type Way = Callable[[str], float]


def settle(count: int) -> None:
    """In a process of the installation's own: a token that may revoke, and those that it revokes."""
    membership = factories.membership_of(User.objects.get(email=OWNERS[0]), Tenant.objects.get(slug="acme"))
    olivia = Actor.member(membership, Origin())
    scopes = ["tokens:write", *["assets:read"] * count]
    print(json.dumps([factories.token(olivia, scope).secret.value for scope in scopes]))


def test_no_check_that_starts_after_the_answer_is_accepted(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        manager, *tokens = json.loads(installation.manage("shell", "-v0", "-c", SETTLE).splitlines()[-1])
        with (
            installation.served(workers=PROCESSES) as server,
            Visitor(server.port) as olivia,
            ThreadPoolExecutor(len(DOORS)) as pool,
        ):
            olivia.sign_in(OWNERS[0], PASSWORD)
            ways: list[Way] = [partial(by_page, olivia), partial(by_program, manager, server.port)]
            checkers = Checkers(server.port, manager, tokens[0])
            running = checkers.start(pool, DOORS)
            try:
                answered = revoke_each(tokens, ways, checkers, server)
            finally:
                checkers.stop.set()
            for one in running:
                one.result(TIMEOUT_SECONDS)
            assert "Traceback" not in server.said, server.said
    judge(checkers, answered)


def revoke_each(tokens: list[str], ways: list[Way], checkers: Checkers, server: Server) -> dict[str, float]:
    """The moment at which each revoke's answer had arrived."""
    answered = {}
    for token, revoke in zip(tokens, cycle(ways), strict=False):
        checkers.token = token
        checkers.wait_for_more(IN_USE)
        answered[token] = revoke(token)
        checkers.wait_for_more(IN_USE)
    assert len(serving(server)) == PROCESSES
    return answered


def serving(server: Server) -> set[int]:
    """The processes that somebody is connected to."""
    return {
        worker.pid
        for worker in server.workers
        if any(one.status == psutil.CONN_ESTABLISHED for one in worker.net_connections("tcp4"))
    }


def by_page(olivia: Visitor, token: str) -> float:
    status = olivia.revoke(token).status
    answered = time.monotonic()
    assert status == 302, status
    return answered


def by_program(manager: str, port: int, token: str) -> float:
    connection = HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS)
    headers = {"Authorization": f"Bearer {manager}", "Content-Type": "application/json"}
    connection.request("POST", f"/api/v1/tokens/{id_of(token)}/revoke", json.dumps({"reason": "test"}), headers)
    with connection.getresponse() as response:
        body = response.read()
    answered = time.monotonic()
    connection.close()
    assert response.status == 200, (response.status, body)
    return answered


def judge(checkers: Checkers, answered: dict[str, float]) -> None:
    late = [check for check in checkers.checks if check.started > answered[check.token]]
    print(f"{len(checkers.checks):,} checks, {len(late):,} of them after the answer")
    assert not [check for check in late if check.accepted]
    assert len(checkers.checks) >= CHECKS
    for door in set(DOORS):
        assert {check.accepted for check in checkers.checks if check.door == door} == {True, False}, door
        assert {check.token for check in late if check.door == door}, door
