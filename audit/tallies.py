"""Deeds that only look and come in floods: the first of a minute is written at once, those after it are counted here.

So no crash loses that it happened, and none of the others costs a statement. What was counted is added in batches, with
`flush`; a crash loses at most that number.
"""

import logging
from threading import Lock
from uuid import UUID

from django.db import DatabaseError, InterfaceError, transaction

from audit import record
from audit.actions import Action
from audit.record import Origin, Ref

log = logging.getLogger(__name__)

_more: dict[str, int] = {}  # how often since it was written, by bucket
_lock = Lock()


def note(action: Action, *, by: Ref, origin: Origin, tenant_id: UUID | None) -> None:
    """Like `record.tally`, for what may be counted a little later."""
    bucket = record.bucket_of(action, by=by, origin=origin, tenant_id=tenant_id)
    with _lock:
        if bucket in _more:
            _more[bucket] += 1
            return
    record.tally(action, by=by, origin=origin, tenant_id=tenant_id)
    with _lock:
        _more.setdefault(bucket, 0)


def flush() -> None:
    """Add what was counted. What cannot be written is counted on."""
    with _lock:
        taken = {bucket: times for bucket, times in _more.items() if times}
        _more.clear()
    if not taken:
        return
    try:
        with transaction.atomic():
            for bucket in sorted(taken):  # one lock order for every process
                record.add(bucket, taken[bucket])
    except (DatabaseError, InterfaceError):
        log.warning("%d tallies could not be written; trying again later.", len(taken))
        with _lock:
            for bucket, times in taken.items():
                _more[bucket] = _more.get(bucket, 0) + times


def forget() -> None:
    """Drop what was counted; for tests."""
    with _lock:
        _more.clear()
