"""No check that starts after a revoke's answer is accepted: at every door, in every process, however many there are.

A hundred thousand checks with CI=true, a few thousand otherwise.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from accounts.access import Actor
from accounts.models import Tenant, User
from audit.record import Origin
from tests import factories
from tests.durability.checkers import Checkers
from tests.durability.installation import HOST, Server, installed
from tests.durability.people import OWNERS
from tests.durability.visitor import id_of
from tests.examples import IN_CI
from tests.races.test_revoke_is_seen import serving

PROCESSES = 2
DOORS = ["forward-auth"] * 12 + ["rest"] * 2 + ["introspection"] * 2
CHECKS = 100_000 if IN_CI else 2_000
TOKENS = 100 if CHECKS > 10_000 else 20
IN_USE = CHECKS // TOKENS // 2  # checks of a token before its revoke, and as many after it
TIMEOUT_SECONDS = 60
SETTLE = f"from tests.durability.test_revocation import settle; settle({TOKENS})"

pytestmark = pytest.mark.postgres


def settle(count: int) -> None:
    """In a process of the installation's own: a token that may revoke, and those that it revokes."""
    membership = factories.membership_of(User.objects.get(email=OWNERS[0]), Tenant.objects.get(slug="acme"))
    olivia = Actor.member(membership, Origin())
    scopes = ["tokens:write", *["assets:read"] * count]
    print(json.dumps([factories.token(olivia, scope).secret.value for scope in scopes]))


def test_no_check_that_starts_after_the_answer_is_accepted(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        manager, *tokens = json.loads(installation.manage("shell", "-v0", "-c", SETTLE).splitlines()[-1])
        with installation.served(workers=PROCESSES) as server, ThreadPoolExecutor(len(DOORS)) as pool:
            checkers = Checkers(server.port, manager, tokens[0])
            running = checkers.start(pool, DOORS)
            try:
                answered = revoke_each(tokens, checkers, manager, server)
            finally:
                checkers.stop.set()
            for one in running:
                one.result(TIMEOUT_SECONDS)
            assert "Traceback" not in server.said, server.said
    judge(checkers, answered)


def revoke_each(tokens: list[str], checkers: Checkers, manager: str, server: Server) -> dict[str, float]:
    """The moment at which each revoke's answer had arrived."""
    answered = {}
    for token in tokens:
        checkers.token = token
        checkers.wait_for_more(IN_USE)
        answered[token] = revoked(token, manager, server.port)
        checkers.wait_for_more(IN_USE)
    assert len(serving(server)) == PROCESSES
    return answered


def revoked(token: str, manager: str, port: int) -> float:
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
