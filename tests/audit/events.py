"""Rows of the ledger to count and to page through."""

from datetime import UTC, datetime, timedelta

from audit import clock
from audit.ids import uuid7
from audit.models import Event

START = datetime(2026, 3, 10, 12, tzinfo=UTC)


def write(rows: list[tuple[int, str, int]]) -> list[Event]:
    """Each by its seconds after the start, its actor, and how many times it happened."""
    made = []
    for seconds, label, count in rows:
        with clock.at(START + timedelta(seconds=seconds)):
            made.append(Event(id=uuid7(), at=clock.now(), actor_label=label, count=count, action="session.signed_in"))
    return Event.objects.bulk_create(made)
