"""One row by ids, with the driver's own cursor: Django's takes longer over a statement than the database does.

Errors are Django's as ever, and whoever asks Django to log queries sees these too.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_CONVERTED = re.compile(
    r"\b\w\.(?:\w+_at|\w+_until|is_\w+)\b"
)  # what SQLite's driver would turn into moments and booleans


def one_row(statement: str, ids: Sequence[UUID]) -> tuple[Any, ...] | None:
    """The first row of `statement`, which has a `%s` for each id; values as the database keeps them."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.queries_logged:
        return _watched(database, statement, ids)
    if database.connection is None:
        database.ensure_connection()
    with database.wrap_database_errors:
        if database.vendor == "sqlite":
            found = database.connection.execute(_of_sqlite(statement), [each.hex for each in ids]).fetchone()
        else:
            found = _prepared(database, statement, ids)
    return found  # type: ignore[no-any-return]


def _watched(database: BaseDatabaseWrapper, statement: str, ids: Sequence[UUID]) -> tuple[Any, ...] | None:
    embedded = database.vendor == "sqlite"
    with database.cursor() as cursor:
        cursor.execute(_unconverted(statement) if embedded else statement, [id.hex if embedded else id for id in ids])
        return cursor.fetchone()  # type: ignore[no-any-return]


def _prepared(database: BaseDatabaseWrapper, statement: str, ids: Sequence[UUID]) -> Any:
    """PostgreSQL plans a join of five tables once for each connection; planning costs more than running it."""
    from psycopg import Cursor

    with Cursor(database.connection) as cursor:
        return cursor.execute(statement, ids, prepare=True).fetchone()


@cache
def _of_sqlite(statement: str) -> str:
    return _unconverted(statement).replace("%s", "?")


@cache
def _unconverted(statement: str) -> str:
    """An expression has no declared type, so the driver hands out what is stored; `+` changes nothing in SQLite."""
    return _CONVERTED.sub(r"+\g<0>", statement)
