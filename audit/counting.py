"""Counting without reading everything: exact up to a limit, then "1,000+". For lists of every storey."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet

COUNTED = 1000  # counting a million rows costs more than showing fifty


def counts[K](sets: Mapping[K, QuerySet[Any]]) -> dict[K, int]:
    """How many rows each set has, at most one more than COUNTED; all in one statement."""
    parts: list[str] = []
    params: list[Any] = []
    for rows in sets.values():
        try:
            sql, values = rows.order_by().values("pk")[: COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:  # nothing can be in it: a search found nothing
            sql, values = "SELECT 1 WHERE 1 = 0", ()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608 - made by the ORM, values are parameters
        params.extend(values)
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), params)
        found = cursor.fetchone()
    return dict(zip(sets, found or (), strict=True))


def shares[K](rows: QuerySet[Any], conditions: Mapping[K, Q]) -> dict[K, int]:
    """How many rows meet each condition: for few rows, as each is read once."""
    counted = {str(number): Count("pk", filter=condition) for number, condition in enumerate(conditions.values())}
    return dict(zip(conditions, rows.order_by().aggregate(**counted).values(), strict=True))


def in_words(count: int) -> str:
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"
