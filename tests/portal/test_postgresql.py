"""While the database is away one at a time waits for it, and the others are told at once."""

from typing import Any

import pytest
from django.db import OperationalError

from portal.postgresql import base
from portal.postgresql.base import REFUSE_SECONDS, Breaker

PATIENCE = 5.0


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(base, "time", clock)
    return clock


def test_nobody_is_refused_before_somebody_waited_in_vain(clock: Clock) -> None:
    breaker = Breaker()
    for _ in range(3):
        breaker.enter(PATIENCE)


def test_then_all_are_refused_for_a_while_and_one_tries(clock: Clock) -> None:
    breaker = Breaker()
    breaker.failed()
    assert _refused(breaker)
    clock.now += REFUSE_SECONDS
    breaker.enter(PATIENCE)
    assert _refused(breaker)  # while that one tries
    clock.now += PATIENCE + REFUSE_SECONDS
    breaker.enter(PATIENCE)  # it never came back: the next one tries


def test_when_it_is_back_nobody_is_refused(clock: Clock) -> None:
    breaker = Breaker()
    breaker.failed()
    clock.now += REFUSE_SECONDS
    breaker.enter(PATIENCE)
    breaker.succeeded()
    breaker.enter(PATIENCE)
    breaker.enter(PATIENCE)


def _refused(breaker: Any) -> bool:
    try:
        breaker.enter(PATIENCE)
    except OperationalError:
        return True
    return False
