"""When a token ends: the choices on the form and what they mean. Pure."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

YEAR_DAYS = 366  # the longest calendar year: a maximum of "1 year" must always admit the choice "1 year"
HALF_YEAR_DAYS = 184  # the longest six calendar months
FARTHEST_DAYS = 10 * YEAR_DAYS
"""A token that has an end has it within ten years: moments near the last that there is are none elsewhere on earth."""

DAY = timedelta(days=1)
SOON = timedelta(days=14)
"""A live token that ends within this is "expiring": amber on screen, a filter of its own."""

_LAST_SECOND = time(23, 59, 59, fold=1)  # the later one, where clocks are put back at midnight


class Lifetime(StrEnum):
    """What people pick. Months and years are calendar ones, at the same UTC time of day."""

    days: int
    months: int
    label: str

    def __new__(cls, value: str, days: int = 0, months: int = 0, label: str = "") -> "Lifetime":
        member = str.__new__(cls, value)
        member._value_ = value
        member.days, member.months, member.label = days, months, label
        return member

    WEEK = "7d", 7, 0, "7 days"
    MONTH = "30d", 30, 0, "30 days"
    QUARTER = "90d", 90, 0, "90 days"
    HALF_YEAR = "6m", 0, 6, "6 months"
    YEAR = "1y", 0, 12, "1 year"

    def end(self, start: datetime) -> datetime:
        return add_months(start, self.months) + timedelta(days=self.days)


CUSTOM = "custom"
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Choice:
    """One card of the form: what it is called, when it would end, and why it may not be taken."""

    value: str
    label: str
    ends: datetime | None
    refusal: str = ""


def choices(start: datetime, latest: datetime | None) -> list[Choice]:
    """The five lifetimes from `start`; those that end after `latest` are shown but not available."""
    return [
        Choice(choice, choice.label, end, "Over the limit" if latest and end > latest else "")
        for choice in Lifetime
        for end in [choice.end(start)]
    ]


def end_of(day: date, latest: datetime | None, zone: tzinfo = UTC) -> datetime:
    """A chosen date lasts until its last second in `zone`, or on the latest day possible until the limit. In UTC."""
    if latest and latest.astimezone(zone).date() == day:
        return latest
    return datetime.combine(day, _LAST_SECOND, zone).astimezone(UTC)


def farthest(start: datetime) -> datetime:
    """The last moment at which what is made at `start` can end, whatever a policy allows."""
    return start + FARTHEST_DAYS * DAY


def add_months(start: datetime, months: int) -> datetime:
    """Calendar months: 31 August plus six is 28 or 29 February."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))


def in_words(days: int) -> str:
    """A maximum lifetime as people say it."""
    return {YEAR_DAYS: "1 year", HALF_YEAR_DAYS: "6 months", 1: "1 day"}.get(days, f"{days} days")
