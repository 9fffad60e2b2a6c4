"""What many tests begin with: made once through the verbs, then written row by row, in a tenth of the time.

Such rows have the same ids and times in every test of a process; where the clock was moved they are made anew.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.sql import InsertQuery

from accounts import search
from accounts.models import Searchable
from audit import clock

LONGEST = timedelta(hours=1)  # that a run takes

type Statement = tuple[str, Any]


class Recorded[T]:
    """What `make` returns, and the statements that write the rows it left."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make, self._at = make, clock.now()
        with transaction.atomic():
            there = {model: set(model._base_manager.values_list("pk", flat=True)) for model in _models()}
            self._made = make()
            self._statements = [one for model in _models() for one in _writing(model, there[model])]
            self._entries = [_entry(row) for row in Searchable.objects.all()]
            transaction.set_rollback(True)

    def play(self) -> T:
        """A copy that a test may change. Keys that point to later rows are checked at the end."""
        if not self._at <= clock.now() < self._at + LONGEST:
            return self._make()
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, values in self._statements:
                cursor.execute(statement, values)
            search.add(*self._entries)
        return deepcopy(self._made)


def _models() -> list[type[Model]]:
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy and model is not Searchable]


def _entry(row: Searchable) -> search.Entry:
    """Numbered anew each time, as the pieces of its text go into a table that no model knows."""
    return search.Entry(search.Kind(row.kind), row.object_id, row.tenant_id, row.text, row.more)


def _writing(model: type[Model], there: set[Any]) -> list[Statement]:
    """Rows that were not there, value by value: no `auto_now` says another time."""
    rows = list(model._base_manager.exclude(pk__in=there))
    if not rows:
        return []
    query = InsertQuery(model)
    query.insert_values([field for field in model._meta.concrete_fields if not field.generated], rows, raw=True)
    statements: list[Statement] = query.get_compiler(connection=connection).as_sql()
    return statements
