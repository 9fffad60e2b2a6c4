"""The list of tokens: what an address asks for, and the page that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.access import Actor
from audit import clock
from audit.keyset import Page, Phase, page
from tokens.asking import FIRST_DIRECTION, Asked, Segment, Sort, filtered
from tokens.models import Token
from tokens.policy import rules_of
from tokens.sets import TokenQuerySet

TOKENS_PER_PAGE = 50
RARE = {Segment.ON_HOLD, Segment.PENDING, Segment.UNOWNED}
COUNTED = 1000  # counts are exact up to here, then "1,000+": counting a million rows costs more than showing fifty


@dataclass(frozen=True, slots=True)
class Tab:
    """One segment of the status filter with its count."""

    segment: Segment
    label: str
    count: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A sortable column head: where it leads, and how the list is sorted by it now (ARIA's words)."""

    address: str
    direction: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of tokens and all that the page around it shows."""

    asked: Asked
    page: Page[Token]
    tabs: list[Tab]
    columns: dict[str, Column]
    total: int
    waiting: int  # tokens that the person can claim

    @property
    def label(self) -> str:
        return f"{many(self.total)} token{'' if self.total == 1 else 's'}"


def read(actor: Actor, asked: Asked) -> Listing:
    """Two queries for the rows at most, one for all counts."""
    assert actor.tenant
    now, rules = clock.now(), rules_of(actor.tenant)
    found = filtered(Token.objects.visible_to(actor), asked, actor)
    shown = asked.segment.of(found, now, rules)
    sets: dict[Segment | None, TokenQuerySet] = {one: one.of(found, now, rules) for one in Segment}
    sets[None] = Token.objects.visible_to(actor).owned_by(actor.own_membership).pending(now, rules)
    counted = counts(sets)
    found_by, waiting = {one: counted[one] for one in Segment}, counted[None]
    rows = page(_phases(shown.with_subject(), asked.sort, now), asked.cursor, size=TOKENS_PER_PAGE)
    return Listing(asked, rows, _tabs(asked, found_by), _columns(asked), found_by[asked.segment], waiting)


def many(count: int) -> str:
    """A count as it is shown."""
    return f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"


def rows(actor: Actor, asked: Asked, *, size: int) -> Page[Token]:
    """The same tokens in the same order, without what a page shows around them. Raises UnknownCursor."""
    assert actor.tenant
    now, rules = clock.now(), rules_of(actor.tenant)
    found = asked.segment.of(filtered(Token.objects.visible_to(actor), asked, actor), now, rules)
    return page(_phases(found.with_subject(), asked.sort, now), asked.cursor, size=size, strict=True)


def _phases(tokens: TokenQuerySet, sort: str, now: datetime) -> list[Phase[Token]]:
    """Live tokens come first by soonest end, then ended ones; never used comes after used."""
    minus = "-" if sort.startswith("-") else ""
    match Sort(sort.removeprefix("-")):
        case Sort.CREATED:
            return [Phase(tokens, (f"{minus}id",))]
        case Sort.NAME:
            return [Phase(tokens.by_name(), (f"{minus}name_key", f"{minus}id"))]
        case Sort.USED:
            used = Phase(tokens.used(), (f"{minus}last_used_at", f"{minus}id"))
            never = Phase(tokens.never_used(), (f"{minus}id",))
            return [used, never] if minus else [never, used]
    back = "" if minus else "-"
    return [
        Phase(tokens.still_running(now), (f"{minus}ends_at", f"{minus}id")),
        Phase(tokens.run_out(now), (f"{back}ends_at", f"{back}id")),
    ]


def counts[K](sets: Mapping[K, QuerySet[Any]]) -> dict[K, int]:
    """All counts in one statement, each stopping just after COUNTED rows."""
    parts: list[str] = []
    params: list[Any] = []
    for tokens in sets.values():
        sql, values = tokens.order_by().values("pk")[: COUNTED + 1].query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608 - made by the ORM, values are parameters
        params.extend(values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), params)
        row = cursor.fetchone()
    return dict(zip(sets, row or [0] * len(sets), strict=True))


def _tabs(asked: Asked, found: dict[Segment, int]) -> list[Tab]:
    """What is rare is offered only when there is some, or when it is being looked at."""
    return [
        Tab(one, one.label, many(count), asked.address(segment=one), current)
        for one, count in found.items()
        for current in [one is asked.segment]
        if count or current or one not in RARE
    ]


def _columns(asked: Asked) -> dict[str, Column]:
    columns = {}
    for sort in Sort:
        first = FIRST_DIRECTION[sort] + sort
        sorted_by_it = asked.sort.removeprefix("-") == sort
        turned = (sort.value if asked.sort.startswith("-") else f"-{sort}") if sorted_by_it else first
        direction = ("descending" if asked.sort.startswith("-") else "ascending") if sorted_by_it else ""
        columns[sort.value] = Column(asked.address(sort=turned), direction)
    return columns
