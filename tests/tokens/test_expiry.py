"""When a token ends: calendar months, the last second of a day, and what a limit leaves to choose."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokens.expiry import HALF_YEAR_DAYS, YEAR_DAYS, Lifetime, add_months, choices, end_of, in_words

NOON = datetime(2026, 3, 10, 12, 30, 45, tzinfo=UTC)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-15", 6, "2026-07-15"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-08-29", 6, "2027-02-28"),
        ("2026-12-31", 6, "2027-06-30"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2027-02-28", 12, "2028-02-28"),
        ("2096-02-29", 48, "2100-02-28"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_months_are_calendar_months_and_stop_at_a_short_months_end(start: str, months: int, end: str) -> None:
    clock = timedelta(hours=23, minutes=59, seconds=1)
    assert add_months(_midnight(start) + clock, months) == _midnight(end) + clock


@given(moments, st.integers(0, 48))
def test_months_keep_the_time_of_day_and_never_skip_a_month(start: datetime, months: int) -> None:
    end = add_months(start, months)
    assert end.timetz() == start.timetz()
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("lifetime", "end"),
    [
        (Lifetime.WEEK, datetime(2026, 3, 17, 12, 30, 45, tzinfo=UTC)),
        (Lifetime.MONTH, datetime(2026, 4, 9, 12, 30, 45, tzinfo=UTC)),
        (Lifetime.QUARTER, datetime(2026, 6, 8, 12, 30, 45, tzinfo=UTC)),
        (Lifetime.HALF_YEAR, datetime(2026, 9, 10, 12, 30, 45, tzinfo=UTC)),
        (Lifetime.YEAR, datetime(2027, 3, 10, 12, 30, 45, tzinfo=UTC)),
    ],
)
def test_each_choice_ends_when_it_says(lifetime: Lifetime, end: datetime) -> None:
    assert lifetime.end(NOON) == end


@given(moments)
def test_a_limit_named_like_a_choice_always_admits_that_choice(start: datetime) -> None:
    assert Lifetime.YEAR.end(start) <= start + timedelta(days=YEAR_DAYS)
    assert Lifetime.HALF_YEAR.end(start) <= start + timedelta(days=HALF_YEAR_DAYS)
    assert in_words(YEAR_DAYS) == Lifetime.YEAR.label
    assert in_words(HALF_YEAR_DAYS) == Lifetime.HALF_YEAR.label


def test_a_chosen_date_lasts_until_its_last_second_in_utc() -> None:
    assert end_of(date(2027, 2, 19), None) == datetime(2027, 2, 19, 23, 59, 59, tzinfo=UTC)
    assert end_of(date(2027, 2, 19), NOON + timedelta(days=900)) == datetime(2027, 2, 19, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("Australia/Sydney", "2026-10-24T12:59:59"),
        ("America/New_York", "2026-10-25T03:59:59"),
        ("Asia/Beirut", "2026-10-24T21:59:59"),  # its last hour comes twice
    ],
)
def test_a_chosen_date_ends_where_it_was_chosen(zone: str, end: str) -> None:
    assert end_of(date(2026, 10, 24), None, ZoneInfo(zone)) == datetime.fromisoformat(end).replace(tzinfo=UTC)
    latest = datetime(2026, 10, 23, 18, tzinfo=UTC)
    there = latest.astimezone(ZoneInfo(zone)).date()
    assert end_of(there, latest, ZoneInfo(zone)) == latest
    assert end_of(there + timedelta(days=1), latest, ZoneInfo(zone)) > latest


def test_the_last_possible_date_lasts_until_the_limit() -> None:
    assert end_of(NOON.date(), NOON) == NOON


@given(moments, st.integers(1, YEAR_DAYS))
def test_the_day_of_the_limit_can_be_chosen_and_the_day_after_is_over_it(start: datetime, days: int) -> None:
    latest = start + timedelta(days=days)
    assert end_of(latest.date(), latest) <= latest
    assert end_of(latest.date() + timedelta(days=1), latest) > latest


def test_every_choice_is_shown_and_those_over_the_limit_are_refused() -> None:
    offered = choices(NOON, NOON + timedelta(days=30))
    assert [(one.value, bool(one.refusal)) for one in offered] == [
        ("7d", False),
        ("30d", False),
        ("90d", True),
        ("6m", True),
        ("1y", True),
    ]
    assert [one.ends for one in offered] == [lifetime.end(NOON) for lifetime in Lifetime]


def test_without_a_limit_every_choice_is_free() -> None:
    assert not [one for one in choices(NOON, None) if one.refusal]


@pytest.mark.parametrize(("days", "words"), [(1, "1 day"), (30, "30 days"), (184, "6 months"), (366, "1 year")])
def test_a_limit_is_said_as_people_say_it(days: int, words: str) -> None:
    assert in_words(days) == words


def _midnight(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
