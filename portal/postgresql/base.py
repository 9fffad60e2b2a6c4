"""Django's PostgreSQL, which gets over a restart of the database.

A pool waits some seconds for a connection. While the database is away every thread would: nobody would be told 503, and
nothing else be answered either. So once one has waited in vain the others are refused at once, and one at a time tries.
When it is back, the pool is full of connections that it has hung up on: none of them is lent.
"""

import select
import time
from threading import Lock
from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

REFUSE_SECONDS = 1.0  # after a wait in vain, before the next one waits


class Breaker:
    """One for each process. `patience`: seconds that one attempt may take."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._closed_until = 0.0

    def enter(self, patience: float) -> None:
        """Raises OperationalError while the database is known to be away and somebody else is trying."""
        if not self._closed_until:
            return
        now = time.monotonic()
        with self._lock:
            if now < self._closed_until:
                raise OperationalError("the database was away a moment ago")
            if self._closed_until:
                self._closed_until = now + patience + REFUSE_SECONDS

    def failed(self) -> None:
        self._closed_until = time.monotonic() + REFUSE_SECONDS

    def succeeded(self) -> None:
        self._closed_until = 0.0


breaker = Breaker()


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.pool:
            return super().get_new_connection(conn_params)
        breaker.enter(self.pool.timeout)
        try:
            while _was_hung_up(connection := super().get_new_connection(conn_params)):
                connection.close()
                self.pool.putconn(connection)  # which forgets it and makes another
        except PoolTimeout:
            breaker.failed()
            raise
        breaker.succeeded()
        return connection


def _was_hung_up(connection: Any) -> bool:
    """A server speaks on an idle line to say good-bye. To look costs a microsecond, to ask it a statement."""
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return bool(line.poll(0))
