"""The one place that says what time it is, so that histories can be told with a shifted clock.

It stands in the cellar because every storey asks for the time and none may look up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_shifted: ContextVar[datetime | None] = ContextVar("shifted_clock", default=None)


def now() -> datetime:
    """The current moment, always aware and in UTC."""
    return _shifted.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at `moment`: for demonstration data and tests, never for a request."""
    token = _shifted.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _shifted.reset(token)
