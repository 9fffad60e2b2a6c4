"""Counting without reading everything: exact up to a limit, then "1,000+". For lists of every storey."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

COUNTED = 1000  # counting a million rows costs more than showing fifty

type Rows = QuerySet[Any] | Sequence[QuerySet[Any]]
type _Count = tuple[str, list[Any]]


def counts[K](sets: Mapping[K, Rows], holding: Mapping[K, Sequence[K]] | None = None) -> dict[K, int]:
    """How many rows each set has, at most one more than COUNTED; all in one statement.

    A set may come in parts that share no row: each is counted by an index of its own.
    `holding`: sets in which others lie. Where one of those has more than COUNTED rows the set has too, unlooked at.
    """
    within = holding or {}
    first = {key: _counted(rows) for key, rows in sets.items() if key not in within}
    then = {key: _counted(sets[key]) for key in within}
    if not first:
        return {}
    names = {key: f"c{at}" for at, key in enumerate(first)}
    few = ", ".join(f"{sql} AS {names[key]}" for key, (sql, _) in first.items())
    rest = [_unless_many([names[one] for one in within[key]], sql) for key, (sql, _) in then.items()]
    params = [value for _, values in (*first.values(), *then.values()) for value in values]
    with connection.cursor() as cursor:
        told = ", ".join([*names.values(), *rest])
        cursor.execute(f"WITH few AS MATERIALIZED (SELECT {few}) SELECT {told} FROM few", params)  # noqa: S608 - ORM's
        found = cursor.fetchone() or ()
    return {key: min(count, COUNTED + 1) for key, count in zip([*first, *then], found, strict=True)}


def _unless_many(names: Sequence[str], count: str) -> str:
    many = " OR ".join(f"{name} > {COUNTED}" for name in names)
    return f"CASE WHEN {many} THEN {COUNTED + 1} ELSE {count} END"


def _counted(rows: Rows) -> _Count:
    parts = [_part(part) for part in ([rows] if isinstance(rows, QuerySet) else rows)]
    return " + ".join(sql for sql, _ in parts), [value for _, values in parts for value in values]


def _part(rows: QuerySet[Any]) -> _Count:
    try:
        sql, values = rows.order_by().values("pk")[: COUNTED + 1].query.sql_with_params()
    except EmptyResultSet:  # nothing can be in it: a search found nothing
        return "0", []
    return f"(SELECT COUNT(*) FROM ({sql}) AS counted)", list(values)  # noqa: S608 - made by the ORM, values are parameters


def in_words(count: int) -> str:
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"
