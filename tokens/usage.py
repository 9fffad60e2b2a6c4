"""When, from where and by what a token was last used: remembered in this process, written in batches.

How often a management credential worked in a tenant is counted in the same way. No check writes to the database. What
is remembered is flushed every 30 seconds and when the process ends; a crash loses at most that much, and pages say so.
A flush never moves a token's last use backwards.
"""

import logging
from datetime import datetime
from threading import Lock, Thread, main_thread
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Q

from audit import clock, tallies
from audit.actions import Action
from audit.record import Origin, Ref
from tokens.models import Token

FLUSH_EVERY_SECONDS = 30
ROWS_PER_TRANSACTION = 500
CLIENT_CHARACTERS = 200

log = logging.getLogger(__name__)


class Use(NamedTuple):
    at: datetime
    address: str
    client: str


_latest: dict[UUID, Use] = {}
_lock = Lock()
_flusher: Thread | None = None


def note(token_id: UUID, *, address: str, client: str) -> None:
    """Remember a use. Costs a dictionary write."""
    use = Use(clock.now(), address, client[:CLIENT_CHARACTERS])
    with _lock:
        _latest[token_id] = use
    if _flusher is None:
        _start()


def note_work(by: Ref, *, tenant_id: UUID, origin: Origin) -> None:
    """A management credential works in a tenant, whose ledger tells of it: a row for each minute and address."""
    tallies.note(Action.CREDENTIAL_USED, by=by, origin=origin, tenant_id=tenant_id)
    if _flusher is None:
        _start()


def flush() -> int:
    """Write what is remembered; returns how many tokens. What cannot be written is remembered again."""
    with _lock:
        taken = dict(_latest)
        _latest.clear()
    uses = list(taken.items())
    for start in range(0, len(uses), ROWS_PER_TRANSACTION):
        try:
            _write(uses[start : start + ROWS_PER_TRANSACTION])
        except (DatabaseError, InterfaceError):
            log.warning("Last use of %d tokens could not be written; trying again later.", len(uses) - start)
            _remember_again(uses[start:])
            return start
    return len(uses)


def forget() -> None:
    """Drop what is remembered; for tests."""
    with _lock:
        _latest.clear()


def _write(uses: list[tuple[UUID, Use]]) -> None:
    with transaction.atomic():
        for token_id, use in sorted(uses, key=lambda pair: pair[0]):  # one lock order for every process
            earlier = Q(last_used_at=None) | Q(last_used_at__lt=use.at)
            Token.objects.filter(earlier, pk=token_id).update(
                last_used_at=use.at, last_used_address=use.address, last_used_client=use.client
            )


def _remember_again(uses: list[tuple[UUID, Use]]) -> None:
    with _lock:
        for token_id, use in uses:
            _latest.setdefault(token_id, use)


def _start() -> None:
    """The thread is started by the first use, hence in the worker and not in the process that forked it."""
    global _flusher
    with _lock:
        if _flusher is not None:
            return
        _flusher = Thread(target=_run, name="last-used", daemon=False)  # the process waits for its last flush
    _flusher.start()


def _run() -> None:
    """As long as the main thread lives, and once more: Python 3.12 runs no `atexit` in a worker that was forked."""
    main = main_thread()
    while main.is_alive():
        main.join(FLUSH_EVERY_SECONDS)
        flush()
        tallies.flush()
        connection.close()
