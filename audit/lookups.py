"""What can be asked of a column beside Django's own lookups."""

import json
from contextlib import suppress
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Lookup


class OneOf(Lookup):
    """A column that holds one of these ids, all of them in one parameter, however many."""

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        listed = json.dumps([one.hex for one in self.rhs])
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, listed]  # noqa: S608 - Django's name of it

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::uuid[])", [*params, self.rhs]


class InAny(Lookup):
    """A column that one of these queries gives, each a `Query` of that one column.

    Both databases find the rows by it first; PostgreSQL joins a million rows before it looks at `IN (… UNION ALL …)`.
    """

    lookup_name = "in_any"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        return self._of(compiler, connection, "{} IN ({})", "SELECT * FROM ({})", " UNION ALL ")

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self._of(compiler, connection, "{} = ANY({})", "ARRAY({})", " || ")

    def _of(self, compiler: Any, connection: Any, whole: str, each: str, between: str) -> Any:
        column, values_of_it = self.process_lhs(compiler, connection)
        parts, params = [], [*values_of_it]
        for query in self.rhs:
            with suppress(EmptyResultSet):  # it is known to give nothing
                sql, values = query.get_compiler(connection=connection).as_sql()
                parts.append(each.format(sql))
                params += values
        if not parts:
            raise EmptyResultSet
        return whole.format(column, between.join(parts)), params
