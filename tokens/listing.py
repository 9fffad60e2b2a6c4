"""The list of tokens: what an address asks for, and the page that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.access import Actor
from audit import counting
from audit.keyset import Page, Phase, page
from tokens import standing
from tokens.asking import FIRST_DIRECTION, Asked, Filtered, Segment, Sort, filtered
from tokens.models import Token
from tokens.sets import TokenQuerySet
from tokens.status import Circumstances, status_in_sql
from tokens.whose import Whose

TOKENS_PER_PAGE = 50
CLAIMABLE = "claimable"
RARE = {Segment.ON_HOLD, Segment.PENDING, Segment.UNOWNED}


@dataclass(frozen=True, slots=True)
class Tab:
    """One segment of the status filter with its count."""

    segment: Segment
    label: str
    count: str  # "" where nobody counted
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
    total: int | None  # None where nobody counted
    waiting: int  # tokens that the person can claim
    whose: Whose | None  # the subject that was asked for

    @property
    def label(self) -> str:
        if self.total is None:
            return f"{len(self.page)}+ tokens"
        return f"{counting.in_words(self.total)} token{'' if self.total == 1 else 's'}"


def read(actor: Actor, asked: Asked) -> Listing:
    """One query for the rows, one for all counts, and one before them for a search.

    Of a search that is vague the counts are left out, as in a million tokens they would take a second; its rows may
    take two.
    """
    assert actor.tenant
    given = Circumstances.of(actor.tenant)
    found = filtered(Token.objects.visible_to(actor), asked, actor)
    rows = _page(found, asked, given, size=TOKENS_PER_PAGE)
    counts = {} if found.is_vague else _counted(found, given, actor)
    waiting = counts.get(CLAIMABLE, 0)
    total = counts.get(asked.segment)
    return Listing(asked, rows, _tabs(asked, counts), _columns(asked), total, waiting, found.whose)


def _counted(found: Filtered, given: Circumstances, actor: Actor) -> Mapping[str, int]:
    """For each segment, and what the person can claim, which is not told to who searches."""
    if found.sought:
        return _shares(found.tokens, given)
    own = Token.objects.visible_to(actor).owned_by(actor.own_membership).pending(given)
    sets: dict[str, list[TokenQuerySet]] = {CLAIMABLE: [own]}
    sets |= {one: [found.tokens.filter(part) for part in one.parts(given)] for one in Segment}
    return counting.counts(sets, {Segment.ALL: [Segment.EXPIRING, Segment.ENDED], Segment.ACTIVE: [Segment.EXPIRING]})


def _shares(tokens: TokenQuerySet, given: Circumstances) -> Mapping[str, int]:
    """For few tokens: each is asked once for its status, which is planned sooner than a set for each segment."""
    some = {Segment.EXPIRING: standing.soon(given), Segment.UNOWNED: standing.needing_an_owner(given)}
    counted = {one.name: Count("pk", filter=some.get(one)) for one in Segment}
    found = list(tokens.order_by().values_list(status_in_sql(given)).annotate(**counted))
    return {
        one: sum(counts[at] for status, *counts in found if status in one.statuses) for at, one in enumerate(Segment)
    }


def rows(actor: Actor, asked: Asked, *, size: int) -> Page[Token]:
    """The same tokens in the same order, without what a page shows around them. Raises UnknownCursor."""
    assert actor.tenant
    given = Circumstances.of(actor.tenant)
    found = filtered(Token.objects.visible_to(actor), asked, actor)
    return _page(found, asked, given, size=size, strict=True)


def _page(found: Filtered, asked: Asked, given: Circumstances, *, size: int, strict: bool = False) -> Page[Token]:
    """Live and ended ones in one statement, unless the search is vague: then the live ones mostly fill the page."""
    phases = _phases(found.tokens.with_subject(), asked, given)
    shown = None if found.is_vague else Token.objects.with_subject()
    return page(phases, asked.cursor, size=size, strict=strict, shown=shown)


def _phases(tokens: TokenQuerySet, asked: Asked, given: Circumstances) -> list[Phase[Token]]:
    """Live tokens come first by soonest end, then ended ones; never used comes after used."""
    minus, sort = "-" if asked.sort.startswith("-") else "", Sort(asked.sort.removeprefix("-"))
    if sort is Sort.EXPIRES:
        back, parts = "" if minus else "-", asked.segment.parts(given)
        return [
            Phase(tokens.filter(parts[0]), (f"{minus}ends_at", f"{minus}id"), Q(ends_at__gt=given.now)),
            Phase(tokens.filter(parts[-1]), (f"{back}ends_at", f"{back}id"), Q(ends_at__lte=given.now)),
        ]
    tokens = tokens.filter(asked.segment.condition(given))
    if sort is Sort.CREATED:
        return [Phase(tokens, (f"{minus}id",))]
    if sort is Sort.NAME:
        return [Phase(tokens.by_name(), (f"{minus}name_key", f"{minus}id"))]
    used = Phase(tokens, (f"{minus}last_used_at", f"{minus}id"), Q(last_used_at__isnull=False))
    never = Phase(tokens, (f"{minus}id",), Q(last_used_at=None))
    return [used, never] if minus else [never, used]


def _tabs(asked: Asked, counts: Mapping[str, int]) -> list[Tab]:
    """What is rare is offered only when there may be some, or when it is being looked at."""
    return [
        Tab(one, one.label, "" if count is None else counting.in_words(count), asked.address(segment=one), current)
        for one in Segment
        for count, current in [(counts.get(one), one is asked.segment)]
        if count != 0 or current or one not in RARE
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
