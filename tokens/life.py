"""How long a token was given, in SQL and with an index: from its making to its end."""

from typing import Any

from django.db.models import FloatField, Func, Q
from django.db.models.lookups import GreaterThan


class DaysBetween(Func):
    """From the first moment to the second, in each database's own words: Django's could not stand in an index."""

    arity = 2
    output_field = FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._written(compiler, "julianday({1}) - julianday({0})")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._written(compiler, "EXTRACT(EPOCH FROM {1} - {0}) / 86400")

    def _written(self, compiler: Any, form: str) -> tuple[str, list[Any]]:
        (first, _), (second, _) = (compiler.compile(one) for one in self.get_source_expressions())
        return f"({form.format(first, second)})", []


DAYS_GIVEN = DaysBetween("created_at", "ends_at")


def given_more_than(days: int) -> Q:
    """Also those that were given a day less: the databases count days in fractions."""
    return Q(GreaterThan(DAYS_GIVEN, days - 1))
