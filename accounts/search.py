"""Finding things of a tenant by a part of what they are called, as fast among a million as among ten.

A text is cut into pieces of three characters; what holds all pieces of a question is looked at closely. SQLite keeps
the pieces in an FTS5 table, PostgreSQL in an array with a GIN index: both are part of the database itself, so that no
extension has to be allowed by anybody. A piece is a hash of itself, the tenant and the kind: other tenants' texts are
not even walked over. Less than three characters ask for how a text begins, of a plain index.

Case is folded as Unicode says (`str.casefold`), and everything is compared as such: `%`, `_`, `*` and quotes are
themselves, "straße" finds "STRASSE", and both databases give the same answer.

Whoever makes, renames or removes something calls `add`, `change` or `drop` in the same transaction.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, StrIndex

from accounts.models import Searchable
from audit.lookups import OneOf

PIECE_CHARACTERS = 3
PIECE_BYTES = 5
FEW = 1000  # up to here what is found is named one by one; of more, the list itself is walked
FEW_OTHERS = 100  # the same of what others hang from: each of a thousand members may have a hundred tokens
WRITTEN_AT_ONCE = 1000


class Kind(StrEnum):
    """What is searched for. TOKEN_ID: a token by its id, last digit first, as ids are told apart by their ends."""

    TOKEN = "token"  # noqa: S105
    TOKEN_ID = "token_id"  # noqa: S105
    MEMBER = "member"
    SERVICE_USER = "service_user"
    RESOURCE = "resource"

    @property
    def is_cut(self) -> bool:
        """Ids are asked for by how they begin and by nothing else."""
        return self is not Kind.TOKEN_ID


@dataclass(frozen=True, slots=True)
class Entry:
    """Something and what it is called."""

    kind: Kind
    object_id: UUID
    tenant_id: UUID
    text: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`field` is the one that holds the ids, in the rows that are filtered; one beside the key needs the `rows`.

    `name_only`: what it is called, not what else it is known by.
    """

    kind: Kind
    text: str
    field: str = "pk"
    name_only: bool = False
    rows: QuerySet[Any] | None = None

    @property
    def is_of_beginnings(self) -> bool:
        return not self.kind.is_cut or len(self.text) < PIECE_CHARACTERS


@dataclass(frozen=True, slots=True)
class Found:
    """A condition for a filter. `is_vague`: so much meets it that the first rows come soon, and counting takes long."""

    condition: Q
    is_vague: bool = False


def fold(text: str) -> str:
    """A text as it is stored and compared; line breaks and runs of blanks are one blank."""
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


def matching(kind: Kind, tenant_id: UUID, q: str) -> Q:
    """For a filter: everything of that kind whose name, or what else it is known by, holds `q`. One small query.

    Nothing is asked for by nothing, and that is everything.
    """
    return any_of(tenant_id, [Question(kind, fold(q))]).condition if q else Q()


def any_of(tenant_id: UUID, questions: Sequence[Question]) -> Found:
    """Whatever answers one of the questions. Their texts are folded. One small query for all."""
    questions = [question for question in questions if question.text]
    hits = _hits(tenant_id, questions)
    condition, is_vague = Q(pk__in=[]), False
    for question, ids in zip(questions, hits, strict=True):
        few = FEW if question.rows is None else FEW_OTHERS
        is_vague |= len(ids) > few
        if ids:
            condition |= _named(question, ids) if len(ids) <= FEW else Q(_holding(question, tenant_id))
    return Found(condition, is_vague)


def add(*entries: Entry) -> None:
    """New things, which have no entries yet."""
    for at in range(0, len(entries), WRITTEN_AT_ONCE):
        _put_pieces(Searchable.objects.bulk_create([_row(one) for one in entries[at : at + WRITTEN_AT_ONCE]]))


def change(*entries: Entry) -> None:
    """Other names, or things that have no entries yet. All of one kind, each once."""
    said = {entry.object_id: entry for entry in entries}
    ours = Searchable.objects.filter(kind__in={entry.kind for entry in entries}, object_id__in=said)
    known = list(ours.order_by("pk").select_for_update())
    anew = [(one, row) for one in known for row in [_row(said.pop(one.object_id))] if not _is_called(one, row)]
    _take_pieces([one for one, _ in anew])
    for one, row in anew:
        one.text, one.more = row.text, row.more
    Searchable.objects.bulk_update([one for one, _ in anew], ["text", "more"], batch_size=WRITTEN_AT_ONCE)
    _put_pieces([one for one, _ in anew])
    add(*said.values())


def drop(kind: Kind, object_ids: Iterable[UUID]) -> None:
    """They are found no more."""
    known = Searchable.objects.filter(kind=kind, object_id__in=list(object_ids))
    _take_pieces(list(known))
    known.delete()


def drop_everything() -> None:
    """Before everything is written anew."""
    Searchable.objects.all().delete()
    of_sqlite = "INSERT INTO accounts_search_pieces(accounts_search_pieces) VALUES ('delete-all')"
    with connection.cursor() as cursor:
        cursor.execute(of_sqlite if _embedded() else "DELETE FROM accounts_search_pieces")


def _row(entry: Entry) -> Searchable:
    text, more = fold(entry.text), fold(entry.more)
    return Searchable(kind=entry.kind, object_id=entry.object_id, tenant_id=entry.tenant_id, text=text, more=more)


def _is_called(known: Searchable, row: Searchable) -> bool:
    return (known.text, known.more) == (row.text, row.more)


def _embedded() -> bool:
    return connection.vendor == "sqlite"


def _pieces(kind: str, tenant_id: UUID, *texts: str) -> list[int]:
    """Numbers of 40 bits, each once."""
    here = blake2b(tenant_id.bytes + kind.encode(), digest_size=PIECE_BYTES)
    cut = {text[at : at + PIECE_CHARACTERS] for text in texts for at in range(len(text) - PIECE_CHARACTERS + 1)}
    return sorted(_number(here, piece) for piece in cut)


def _number(here: blake2b, piece: str) -> int:
    one = here.copy()
    one.update(piece.encode())
    return int.from_bytes(one.digest())


def _of(row: Searchable) -> list[int]:
    return _pieces(row.kind, row.tenant_id, row.text, row.more)


def _words(pieces: list[int], between: str = " ") -> str:
    return between.join(f"{piece:010x}" for piece in pieces)


def _put_pieces(rows: list[Searchable]) -> None:
    rows = [row for row in rows if Kind(row.kind).is_cut]
    if _embedded():
        sql = "INSERT INTO accounts_search_pieces(rowid, pieces) VALUES (%s, %s)"
        _each(sql, [(row.pk, _words(_of(row))) for row in rows])
    else:
        sql = (
            "INSERT INTO accounts_search_pieces(entry_id, pieces) VALUES (%s, %s::bigint[])"
            " ON CONFLICT (entry_id) DO UPDATE SET pieces = excluded.pieces"
        )
        _each(sql, [(row.pk, _of(row)) for row in rows])


def _take_pieces(rows: list[Searchable]) -> None:
    """An FTS5 table without texts forgets a row when it is told the row's words once more."""
    rows = [row for row in rows if Kind(row.kind).is_cut]
    if _embedded():
        sql = "INSERT INTO accounts_search_pieces(accounts_search_pieces, rowid, pieces) VALUES ('delete', %s, %s)"
        _each(sql, [(row.pk, _words(_of(row))) for row in rows])
    else:
        _each("DELETE FROM accounts_search_pieces WHERE entry_id = %s", [(row.pk,) for row in rows])


def _each(sql: str, values: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(sql, values[0])
        elif values:
            cursor.executemany(sql, values)


def _hits(tenant_id: UUID, questions: Sequence[Question]) -> list[list[UUID]]:
    """For each question the ids that answer it, at most one more than FEW; in one statement."""
    parts, params = [], []
    for number, question in enumerate(questions):
        sql, values = (_begins if question.is_of_beginnings else _holds)(question, tenant_id)
        parts.append(f"SELECT {number}, object_id FROM ({sql} LIMIT {FEW + 1}) AS q{number}")  # noqa: S608 - constants
        params += values
    hits: list[list[UUID]] = [[] for _ in questions]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            for number, found in cursor.fetchall():
                hits[number].append(found if isinstance(found, UUID) else UUID(found))
    return hits


def _begins(question: Question, tenant_id: UUID) -> tuple[str, list[Any]]:
    sql = "SELECT object_id FROM accounts_searchable WHERE tenant_id = %s AND kind = %s AND text"
    params = [_uuid(tenant_id), question.kind]
    if _embedded():
        return f"{sql} >= %s AND text < %s", [*params, question.text, question.text + chr(0x10FFFF)]
    literal = question.text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"{sql} LIKE %s", [*params, literal + "%"]


def _holds(question: Question, tenant_id: UUID) -> tuple[str, list[Any]]:
    """Many different texts share all pieces of a question, so the text itself is asked last."""
    pieces = _pieces(question.kind, tenant_id, question.text)
    key, having, asked, within = (
        ("rowid", "accounts_search_pieces MATCH %s", _words(pieces, " AND "), "instr")
        if _embedded()
        else ("entry_id", "pieces @> %s::bigint[]", pieces, "strpos")
    )
    more = "text" if question.name_only else "more"
    sql = (
        # CROSS keeps SQLite from beginning with the tenant's every entry.
        f"SELECT object_id FROM accounts_search_pieces AS p CROSS JOIN accounts_searchable AS e"  # noqa: S608
        f" WHERE {having} AND e.id = p.{key} AND e.tenant_id = %s AND e.kind = %s"
        f" AND ({within}(e.text, %s) > 0 OR {within}(e.{more}, %s) > 0)"
    )
    return sql, [asked, _uuid(tenant_id), question.kind, question.text, question.text]


def _uuid(value: UUID) -> Any:
    return value.hex if _embedded() else value


def _named(question: Question, ids: list[UUID]) -> Q:
    named = Q(OneOf(F(question.field), ids))
    if question.rows is None or len(ids) > FEW_OTHERS or not _embedded():
        return named
    return Q(pk__in=question.rows.filter(named).values("pk"))  # by the key alone: SQLite begins with what was found


def _holding(question: Question, tenant_id: UUID) -> Coalesce:
    """Whether a row answers, asked row by row: where many do, the first ones come soon in any order.

    Of an `Exists` PostgreSQL would make a list of all that answer first.
    """
    entries: QuerySet[Searchable] = Searchable.objects.filter(
        kind=question.kind, tenant_id=tenant_id, object_id=OuterRef(question.field)
    )
    if question.is_of_beginnings:
        return _any(entries.filter(text__startswith=question.text))
    needle = Value(question.text)
    entries = entries.alias(in_text=StrIndex("text", needle), in_more=StrIndex("more", needle))
    return _any(entries.filter(Q(in_text__gt=0) if question.name_only else Q(in_text__gt=0) | Q(in_more__gt=0)))


def _any(entries: QuerySet[Searchable]) -> Coalesce:
    return Coalesce(Subquery(entries.values(there=Value(value=True))[:1]), Value(value=False))
