"""A server that is killed or stopped: nothing that was shown is lost, nothing is half done, and the next one starts."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import psutil
import pytest

from portal.server import STOP_SECONDS as LONGEST_STOP_SECONDS
from tests.durability.installation import STOP_SECONDS, Installation, Server, free_port, installed
from tests.durability.people import OWNERS, PASSWORD
from tests.durability.stores import held, ids
from tests.durability.visitor import NEW, TOKENS, Visitor, id_of

VISITORS, KILLS = 8, 2
SHOWN_BEFORE_A_KILL, CREATE_SECONDS = 30, 120  # it takes about 5 seconds, and more on a machine with other work
TIMES_A_FIRST_START = 3  # at most, as the machine may have more to do by then
WAIT_SECONDS = 1  # longer than a request takes that waits for nobody
RESPAWN_SECONDS = 20


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path) as installation:
        yield installation


@pytest.mark.postgres
def test_every_secret_that_was_shown_survives_a_kill_and_no_token_is_half_made(portal: Installation) -> None:
    shown: list[str] = []
    port = free_port()
    first, *_ = [kill_while_visitors_create(portal, port, shown) for _ in range(KILLS)]
    with portal.served(port=port) as server, Visitor(port) as visitor:
        print(f"{len(shown)} secrets shown in {KILLS} runs; first start {first:.1f} s, last {server.took:.1f} s")
        assert server.took < TIMES_A_FIRST_START * first
        assert len(shown) >= KILLS * SHOWN_BEFORE_A_KILL
        assert {visitor.use(secret) for secret in shown} == {200}
    no_token_is_half_made(portal.database, shown)


def kill_while_visitors_create(portal: Installation, port: int, shown: list[str]) -> float:
    """How many seconds it took to start."""
    enough = len(shown) + SHOWN_BEFORE_A_KILL
    end = time.monotonic() + CREATE_SECONDS
    with portal.served(port=port) as server, ThreadPoolExecutor(VISITORS) as pool:
        for number in range(VISITORS):
            pool.submit(create_until_it_ends, port, number, shown)
        while len(shown) < enough and time.monotonic() < end:
            time.sleep(0.01)
        server.kill()
    return server.took


def create_until_it_ends(port: int, number: int, shown: list[str]) -> None:
    with suppress(OSError, HTTPException), Visitor(port) as visitor:
        visitor.sign_in(OWNERS[number % len(OWNERS)], PASSWORD)
        while True:
            shown.append(visitor.create("Made before the kill"))


def no_token_is_half_made(database: str, shown: list[str]) -> None:
    made = sorted(ids(database, "SELECT id FROM tokens_token"))
    assert set(made) >= {id_of(secret) for secret in shown}
    assert sorted(ids(database, "SELECT target_id FROM audit_event WHERE action = 'token.issued'")) == made
    assert sorted(ids(database, "SELECT target_id FROM audit_event WHERE action = 'token.revealed'")) == made
    assert sorted(ids(database, "SELECT token_id FROM tokens_idempotencykey")) == made


def test_a_killed_server_takes_its_workers_along_and_the_next_one_gets_the_port(portal: Installation) -> None:
    with portal.served() as server:
        workers = server.workers
        server.process.kill()
        _, alive = psutil.wait_procs(workers, timeout=STOP_SECONDS)
        assert not alive
        with portal.served(port=server.port), Visitor(server.port) as visitor:
            assert visitor.sign_in(OWNERS[0], PASSWORD).status == 302


def test_a_killed_worker_is_replaced(portal: Installation) -> None:
    with portal.served() as server:
        killed, other = server.workers
        killed.kill()
        end = time.monotonic() + RESPAWN_SECONDS
        while (now := set(server.workers)) <= {killed, other} and time.monotonic() < end:
            time.sleep(0.1)
        assert other in now
        assert len(now - {killed, other}) == 1
        server.wait_until_ready(workers=3)  # the two of the beginning and the new one


def tell_the_server(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)


def tell_everybody(server: Server) -> None:
    """As systemd does; the server then tells its workers again."""
    os.killpg(server.process.pid, signal.SIGTERM)


def press_control_c_three_times(server: Server) -> None:
    for _ in range(3):
        os.killpg(server.process.pid, signal.SIGINT)
        time.sleep(0.1)


STOPS = pytest.mark.parametrize(
    "stop", [tell_the_server, pytest.param(tell_everybody, marks=pytest.mark.postgres), press_control_c_three_times]
)


def ends_by_itself(server: Server) -> bool:
    """Before it is killed for not stopping. The exit code says nothing: a last Ctrl+C finds Python half gone."""
    server.process.wait(LONGEST_STOP_SECONDS)
    return "shutdown completed" in server.said


@STOPS
def test_a_stopped_server_answers_what_is_in_flight_and_writes_last_uses_before_it_is_gone(
    portal: Installation, stop: Callable[[Server], None]
) -> None:
    with portal.served() as server, Visitor(server.port) as visitor, ThreadPoolExecutor(1) as pool:
        visitor.sign_in(OWNERS[0], PASSWORD)
        used, not_used = visitor.create("Used"), visitor.create("Not used")
        assert visitor.use(used) == 200
        form = {**visitor.get(f"{TOKENS}new/").hidden, **NEW, "name": "Slow"}
        with held(portal.database):
            answer = pool.submit(visitor.post, f"{TOKENS}new/", form)
            time.sleep(WAIT_SECONDS)
            assert not answer.done()
            stop(server)
            time.sleep(WAIT_SECONDS)
        [slow] = answer.result(STOP_SECONDS).secrets
        assert ends_by_itself(server), server.said
    assert set(ids(portal.database, "SELECT id FROM tokens_token")) == {id_of(used), id_of(not_used), id_of(slow)}
    assert ids(portal.database, "SELECT id FROM tokens_token WHERE last_used_at IS NOT NULL") == [id_of(used)]
