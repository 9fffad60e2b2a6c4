"""The one clock: aware, in UTC, shifted only for as long as asked and only where asked."""

from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest
import time_machine

from audit import clock

MOMENT = datetime(2001, 3, 10, 12, tzinfo=UTC)


def test_now_is_now_in_utc() -> None:
    with time_machine.travel(MOMENT, tick=False):
        assert clock.now() == MOMENT
        assert clock.now().tzinfo is UTC


def test_a_shifted_clock_stands_still_and_comes_back() -> None:
    with time_machine.travel(MOMENT, tick=False):
        with clock.at(MOMENT - timedelta(days=90)):
            assert clock.now() == MOMENT - timedelta(days=90)
            with clock.at(MOMENT - timedelta(days=1)):
                assert clock.now() == MOMENT - timedelta(days=1)
            assert clock.now() == MOMENT - timedelta(days=90)
        assert clock.now() == MOMENT


def test_it_comes_back_after_an_error_too() -> None:
    with pytest.raises(ValueError, match="oops"), clock.at(MOMENT):
        raise ValueError("oops")
    assert clock.now() != MOMENT


def test_another_zone_is_told_in_utc() -> None:
    with clock.at(datetime(2001, 3, 10, 14, tzinfo=timezone(timedelta(hours=2)))):
        assert clock.now() == MOMENT
        assert clock.now().tzinfo is UTC


def test_a_shifted_clock_is_its_threads_own() -> None:
    seen: list[datetime] = []
    with clock.at(MOMENT):
        other = Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()
    assert seen[0] > MOMENT + timedelta(days=1)
