"""Connections of a pool that threads keep from one check to the next.

To give one back and take it anew costs as much as the check's statement. At most half of a pool is kept, so that pages
never wait for threads that only check; a thread that ends gives back what it kept.
"""

from threading import Lock, local

from django.db.backends.base.base import BaseDatabaseWrapper

_lock = Lock()
_kept = 0


class Lease:
    """One thread's. It ends with the thread, whose memory alone holds it."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        self.database = database

    def __del__(self) -> None:
        global _kept
        try:
            with _lock:
                _kept -= 1
            connection, self.database.connection = self.database.connection, None
            if connection is not None:  # a page of the same thread may have given it back
                self.database.pool.putconn(connection)  # type: ignore[attr-defined]
        except Exception:  # noqa: S110 - the process ends: the pool is closed, or names of this module are gone already
            pass


class _Here(local):
    lease: Lease | None = None


_here = _Here()


def keeps(database: BaseDatabaseWrapper) -> bool:
    """Whether this thread keeps its connection; else it has to give it back."""
    if _here.lease is None and _may_keep_another(database):
        _here.lease = Lease(database)
    return _here.lease is not None


def _may_keep_another(database: BaseDatabaseWrapper) -> bool:
    global _kept
    with _lock:
        may: bool = _kept < database.pool.max_size // 2  # type: ignore[attr-defined]
        _kept += may
    return may
