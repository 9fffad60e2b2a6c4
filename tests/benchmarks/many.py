"""Tokens by the million, in minutes: one is made by the house's own means, the others are its copies in SQL.

They can be listed, searched and counted. They do not verify, as all have the tag of the first.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import batched
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from accounts import search
from tests.tokens import rows
from tokens import findable
from tokens.models import Token

WRITTEN_AT_ONCE = 20_000


class Copy(NamedTuple):
    """In what a copy is different. Its owner is of the same sort as the first one's."""

    id: UUID
    owner_id: UUID
    name: str
    expires_at: datetime


def store(first: Token, copies: Iterable[Copy]) -> None:
    """All of one tenant and one kind."""
    rows.stored([first])
    owner = "membership_id" if first.membership_id else "service_user_id"
    ours = {"id": "id", owner: "owner_id", "name": "name", "expires_at": "expires_at", "ends_at": "expires_at"}
    columns = {str(field.column): field for field in Token._meta.concrete_fields}
    values = ", ".join("%s" if name in ours else name for name in columns)
    asked = [(field, ours[name]) for name, field in columns.items() if name in ours]
    first_id = Token._meta.pk.get_db_prep_save(first.pk, connection)
    sql = f"INSERT INTO tokens_token ({', '.join(columns)}) SELECT {values} FROM tokens_token WHERE id = %s"  # noqa: S608
    for some in batched(copies, WRITTEN_AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(sql, [[*_values(one, asked), first_id] for one in some])
            tokens = (Token(id=one.id, tenant_id=first.tenant_id, name=one.name) for one in some)
            search.add(*[entry for token in tokens for entry in findable.entries(token)])


def _values(one: Copy, asked: list[tuple[Any, str]]) -> list[Any]:
    return [field.get_db_prep_save(getattr(one, name), connection) for field, name in asked]
