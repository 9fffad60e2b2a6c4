"""Counting without reading everything: exact up to a limit, then "1,000+". For lists of every storey."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

COUNTED = 1000  # counting a million rows costs more than showing fifty


def counts[K](sets: Mapping[K, QuerySet[Any] | Sequence[QuerySet[Any]]]) -> dict[K, int]:
    """How many rows each set has, at most one more than COUNTED; all in one statement.

    A set may come in parts that share no row: each is counted by an index of its own.
    """
    columns: list[str] = []
    params: list[Any] = []
    for rows in sets.values():
        parts = [_counted(part) for part in ([rows] if isinstance(rows, QuerySet) else rows)]
        columns.append(" + ".join(sql for sql, _ in parts))
        params.extend(value for _, values in parts for value in values)
    if not columns:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(columns), params)
        found = cursor.fetchone() or ()
    return {key: min(count, COUNTED + 1) for key, count in zip(sets, found, strict=True)}


def _counted(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    try:
        sql, values = rows.order_by().values("pk")[: COUNTED + 1].query.sql_with_params()
    except EmptyResultSet:  # nothing can be in it: a search found nothing
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) AS counted)", values  # noqa: S608 - made by the ORM, values are parameters


def in_words(count: int) -> str:
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"
