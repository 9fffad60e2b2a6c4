"""A thread that checks keeps its connection of the pool, half of the pool's at most, and gives it back when it ends."""

from collections.abc import Iterator
from threading import Barrier, Thread

import psycopg
import pytest
from django.db import connection, connections

from api import leases
from api.front import in_front_of
from tests import factories
from tests.cast import Cast
from tokens.models import Token
from tokens.verification import Verified, verify

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

HANG_UP = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(autouse=True)
def server() -> Iterator[None]:
    if connection.vendor != "postgresql":
        pytest.skip("an embedded database has no pool")
    yield
    connections.close_all()


def test_threads_keep_half_of_the_pool_and_give_it_back(cast: Cast) -> None:
    bearer = f"Bearer {factories.token(cast.marc.actor).secret.value}"
    pool = connection.pool  # type: ignore[attr-defined]
    most, mine = pool.max_size // 2, leases._kept  # this thread's, where another test left it one
    checked, counted = Barrier(most + 3), Barrier(most + 3)
    threads = [Thread(target=_check_twice, args=(bearer, checked, counted)) for _ in range(most + 2)]
    for thread in threads:
        thread.start()
    checked.wait(30)
    kept = leases._kept
    counted.wait(30)
    for thread in threads:
        thread.join(30)
    assert (kept, leases._kept) == (most, mine)
    assert pool.get_stats()["pool_available"] >= pool.get_stats()["pool_size"] - 1  # this thread's own


def test_a_connection_that_the_server_closed_costs_nobody_a_check(cast: Cast) -> None:
    """What a restart of the server does to all of them."""
    bearer = factories.token(cast.marc.actor).secret.value
    assert isinstance(verify(bearer, address="192.0.2.1"), Verified)
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(HANG_UP)
    assert isinstance(verify(bearer, address="192.0.2.1"), Verified)
    connections.close_all()
    assert Token.objects.count() == 1


def _check_twice(bearer: str, checked: Barrier, counted: Barrier) -> None:
    environ = {"PATH_INFO": "/authz/verify", "HTTP_AUTHORIZATION": bearer, "REMOTE_ADDR": "192.0.2.1"}
    portal = in_front_of(lambda environ, start_response: pytest.fail("Django was asked"))
    for _ in range(2):
        portal(environ, lambda status, headers, exc_info=None: None)  # type: ignore[arg-type]
    checked.wait(30)
    counted.wait(30)
