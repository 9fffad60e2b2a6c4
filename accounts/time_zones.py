"""In which zone somebody reads dates. Everything is stored in UTC and shown in theirs."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.utils.timezone import localtime

UTC_NAME = "UTC"
NOT_A_PLACE = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@cache
def names() -> list[str]:
    """UTC, then places by name. Which ones there are is the machine's to know."""
    places = [name for name in available_timezones() if "/" in name and not name.startswith(NOT_A_PLACE)]
    return [UTC_NAME, *sorted(places)]


@cache
def zone(name: str) -> ZoneInfo:
    """UTC for one that this machine does not know (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(UTC_NAME)


def here(moment: datetime) -> datetime:
    """Where the viewer is; in UTC on the last day that there is, and on the first, which elsewhere are none."""
    try:
        return localtime(moment)
    except OverflowError:
        return moment
