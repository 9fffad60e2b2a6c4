"""Rows changed with the driver's own call, as `one_row` reads them: Django takes longer over an INSERT than a database.

For what a request without a page writes; everything else is the ORM's.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from django.db import transaction

from tokens.one_row import Value, by_django, here, one_row


@dataclass(frozen=True, eq=False)
class Change:
    """A statement in words of both databases, with `?1`, `?2` where values go."""

    statement: str

    def in_words_of(self, vendor: str) -> str:
        return self.statement


def make(*changes: tuple[Change, Sequence[Value]]) -> None:
    """In turn, each with its values.

    A server commits each of them, so that nobody waits for another's lock. Committing takes SQLite longer than
    changing, and it has one writer anyway: there it is done once.
    """
    database = here()
    is_embedded = database.vendor == "sqlite"
    together: AbstractContextManager[object] = transaction.atomic() if is_embedded else nullcontext()
    with together:
        for change, values in changes:
            if is_embedded or not database.in_atomic_block:
                one_row(change, values)
            else:  # psycopg begins a transaction of Django's with the first statement of its own cursor
                by_django(database, change, values)
