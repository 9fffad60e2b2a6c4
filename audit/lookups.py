"""What can be asked of a column beside Django's own lookups."""

import json
from typing import Any

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
