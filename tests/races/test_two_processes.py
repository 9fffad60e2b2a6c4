"""Criterion 6: two processes of eight threads each serve sixteen people who create, use and revoke without a pause."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.durability.installation import HOST, Installation, Server, free_port, installed
from tests.durability.people import OWNERS, PASSWORD
from tests.durability.stores import ids, rows
from tests.durability.visitor import Visitor, id_of
from tests.examples import IN_CI

SECONDS = 20 if IN_CI else 4
PROCESSES, THREADS = 2, 8
VISITORS = PROCESSES * THREADS
SERVE = f"import sys; from portal import server; server.THREADS = {THREADS}; server.main(*sys.argv[1:])"
KEPT = 3  # each third token is not revoked
TROUBLE = ("locked", "deadlock", "LockNotAvailable", "PoolTimeout", "Traceback", "ERROR")


@dataclass
class Seen:
    """What visitors saw: the secrets of tokens they kept and revoked, and how often each step got which status."""

    kept: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)


@pytest.mark.postgres
def test_two_processes_of_eight_threads_meet_no_lock_and_lose_no_token(tmp_path: Path) -> None:
    with installed(tmp_path) as installation:
        port = free_port()
        with installation.started("-c", SERVE, HOST, str(port), str(PROCESSES), "info", port=port) as server:
            server.wait_until_ready(PROCESSES)
            seen = rush(port)
            print(f"{len(seen.kept + seen.revoked)} created, {len(seen.revoked)} revoked in {SECONDS} s")
            nobody_met_a_lock(server)
            every_answer_was_the_expected_one(seen)
            every_token_is_as_it_was_left(seen, port)
            both_processes_took_part(server)
        the_database_counts_what_the_visitors_saw(seen, installation)


def rush(port: int) -> Seen:
    """All visitors at once, until the time is over and each has kept a token."""
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(VISITORS) as pool:
        each = list(pool.map(lambda number: visit(port, number, end), range(VISITORS)))
    answers: Counter[tuple[str, int]] = sum((one.answers for one in each), Counter())
    return Seen([s for one in each for s in one.kept], [s for one in each for s in one.revoked], answers)


def visit(port: int, number: int, end: float) -> Seen:
    seen, made = Seen(), 0
    with Visitor(port) as visitor:
        seen.answers["sign in", visitor.sign_in(OWNERS[number % len(OWNERS)], PASSWORD).status] += 1
        while time.monotonic() < end or made < KEPT:
            made += 1
            secret = visitor.create(f"Visitor {number}, token {made}")
            seen.answers["use", visitor.use(secret)] += 1
            if made % KEPT == 0:
                seen.kept.append(secret)
                continue
            seen.answers["revoke", visitor.revoke(secret).status] += 1
            seen.answers["use after revoke", visitor.use(secret)] += 1
            seen.revoked.append(secret)
    return seen


def nobody_met_a_lock(server: Server) -> None:
    assert not [word for word in TROUBLE if word in server.said], server.said


def every_answer_was_the_expected_one(seen: Seen) -> None:
    revoked = len(seen.revoked)
    assert seen.answers == {
        ("sign in", 302): VISITORS,
        ("use", 200): len(seen.kept) + revoked,
        ("revoke", 302): revoked,
        ("use after revoke", 401): revoked,
    }
    assert revoked >= VISITORS


def every_token_is_as_it_was_left(seen: Seen, port: int) -> None:
    with Visitor(port) as visitor:
        assert {visitor.use(secret) for secret in seen.kept} == {200}
        assert {visitor.use(secret) for secret in seen.revoked} == {401}


def both_processes_took_part(server: Server) -> None:
    """The kernel deals connections out, never to one process alone."""
    worked = [worker.cpu_times().user for worker in server.workers]
    assert len(worked) == PROCESSES
    assert min(worked) > max(worked) / VISITORS, worked


def the_database_counts_what_the_visitors_saw(seen: Seen, installation: Installation) -> None:
    database = installation.database
    kept, revoked = sorted(map(id_of, seen.kept)), sorted(map(id_of, seen.revoked))
    assert sorted(ids(database, "SELECT id FROM tokens_token WHERE revoked_at IS NULL")) == kept
    assert sorted(ids(database, "SELECT id FROM tokens_token WHERE revoked_at IS NOT NULL")) == revoked
    assert sorted(ids(database, "SELECT target_id FROM audit_event WHERE action = 'token.revoked'")) == revoked
    issued = "SELECT action, count(*) FROM audit_event WHERE action IN ('token.issued', 'token.revealed') GROUP BY 1"
    assert dict(rows(database, issued)) == dict.fromkeys(("token.issued", "token.revealed"), len(kept + revoked))
