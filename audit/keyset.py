"""Keyset paging: the page after a row costs the same wherever that row is, unlike OFFSET.

A list is one or more phases, each a queryset with its own order: "live tokens, soonest end first; then ended ones,
latest end first" is two phases. It stands in the cellar because lists of every storey page the same way.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Case, F, Model, Q, QuerySet, Value, When

from audit.lookups import InAny

SALT = "audit.keyset"  # a signature made for something else is none here

_ENCODERS: dict[type, tuple[str, Callable[[Any], str]]] = {
    datetime: ("t", datetime.isoformat),
    UUID: ("u", str),
    str: ("s", str),
}
_DECODERS: dict[str, Callable[[str], Any]] = {"t": datetime.fromisoformat, "u": UUID, "s": str}


@dataclass(frozen=True, slots=True)
class Phase[M: Model]:
    """`order`: one or two field names, the last one unique, all ascending or all descending ("-").

    `within`: what tells its rows from those of the other phases, for phases that are read together.
    """

    rows: QuerySet[M]
    order: tuple[str, ...]
    within: Q | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name.removeprefix("-") for name in self.order)

    def descends(self, *, backwards: bool) -> bool:
        return self.order[0].startswith("-") is not backwards

    def part(self, *, after: tuple[Any, ...] | None, backwards: bool, limit: int) -> QuerySet[M]:
        descending = self.descends(backwards=backwards)
        rows = self.rows.filter(self.within) if self.within else self.rows
        rows = rows if after is None else rows.filter(_beyond(self.fields, after, descending=descending))
        return rows.order_by(*[f"-{name}" if descending else name for name in self.fields])[:limit]


@dataclass(frozen=True, slots=True)
class Page[M: Model]:
    """`next` and `previous` are cursors for the neighbouring pages, None where there is none."""

    items: list[M]
    next: str | None
    previous: str | None

    def __iter__(self) -> Iterator[M]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class UnknownCursor(ValueError):
    """The cursor was not made here, or for another order."""


def page[M: Model](
    phases: Sequence[Phase[M]], cursor: str, *, size: int, strict: bool = False, shown: QuerySet[M] | None = None
) -> Page[M]:
    """The page that `cursor` names; an empty one names the first.

    So does an unreadable one, for people. `strict` raises UnknownCursor: a program would read the first page for ever.
    `shown`: all rows as they are to be read, so that several phases, ordered by moments and ids, are one statement.
    """
    place = _decode(cursor, phases)
    if strict and cursor and place is None:
        raise UnknownCursor("This cursor is unknown. Begin again without one.")
    backwards = place is not None and place[1]
    found = list(_walk(phases, place, size + 1, shown))[: size + 1]
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([], None, None)
    has_next, has_previous = (True, more) if backwards else (more, place is not None)
    return Page(
        [row for _, row in found],
        _encode(phases, found[-1], backwards=False) if has_next else None,
        _encode(phases, found[0], backwards=True) if has_previous else None,
    )


type _Place = tuple[int, bool, tuple[Any, ...]]


def _walk[M: Model](
    phases: Sequence[Phase[M]], place: _Place | None, limit: int, shown: QuerySet[M] | None
) -> Iterator[tuple[int, M]]:
    """Rows in reading direction with the number of their phase, at most `limit` of each."""
    start, backwards, after = place or (0, False, None)
    numbers = range(start, -1, -1) if backwards else range(start, len(phases))

    def part(number: int) -> QuerySet[M]:
        return phases[number].part(after=after if number == start else None, backwards=backwards, limit=limit)

    if shown is not None and len(numbers) > 1:
        yield from _together(phases, {number: part(number) for number in numbers}, backwards, shown)
        return
    for number in numbers:
        rows = list(part(number))
        yield from ((number, row) for row in rows)
        limit -= len(rows)
        if not limit:
            return


def _together[M: Model](
    phases: Sequence[Phase[M]], parts: Mapping[int, QuerySet[M]], backwards: bool, shown: QuerySet[M]
) -> Iterator[tuple[int, M]]:
    """Each part by an index of its own; a condition made of `or` would be asked of every row."""
    ids = [part.values("pk").query for part in parts.values()]
    number = Case(*(When(phases[number].within, then=Value(number)) for number in parts))
    found = list(shown.filter(InAny(F("pk"), ids)).annotate(phase_number=number))
    for at in parts:
        rows = (row for row in found if row.phase_number == at)  # type: ignore[attr-defined]
        for row in sorted(rows, key=attrgetter(*phases[at].fields), reverse=phases[at].descends(backwards=backwards)):
            yield at, row


def _beyond(fields: tuple[str, ...], after: tuple[Any, ...], *, descending: bool) -> Q:
    """Strictly beyond a row. The first comparison repeats itself so that an index range can serve it."""
    beyond, at_least = ("lt", "lte") if descending else ("gt", "gte")
    if len(fields) == 1:
        return Q(**{f"{fields[0]}__{beyond}": after[0]})
    first, second = fields
    tie = Q(**{f"{first}__{beyond}": after[0]}) | Q(**{f"{second}__{beyond}": after[1]})
    return Q(**{f"{first}__{at_least}": after[0]}) & tie


def _encode[M: Model](phases: Sequence[Phase[M]], found: tuple[int, M], *, backwards: bool) -> str:
    number, row = found
    values = [getattr(row, name) for name in phases[number].fields]
    tagged = [[tag, write(value)] for value in values for tag, write in [_ENCODERS[type(value)]]]
    return Signer(salt=SALT).sign_object([number, backwards, phases[number].order, tagged], compress=True)


def _decode[M: Model](cursor: str, phases: Sequence[Phase[M]]) -> _Place | None:
    """A cursor comes from an address anyone can type: it is one if we signed it, and for this very order."""
    try:
        number, backwards, order, tagged = Signer(salt=SALT).unsign_object(cursor)
        if order != list(phases[number].order):
            return None
    except (BadSignature, ValueError, IndexError):  # the others: made by another version, or for a longer list
        return None
    return number, backwards, tuple(_DECODERS[tag](text) for tag, text in tagged)
