"""What the address of a list of tokens asks for."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from accounts.access import Actor
from accounts.search import Found
from audit.asked import choice, words
from tokens import findable, standing, whose
from tokens.kinds import Kind
from tokens.sets import TokenQuerySet
from tokens.status import ON_HOLD, Circumstances, Status
from tokens.whose import ME, TENANT, Whose


class Segment(StrEnum):
    """What the status filter offers."""

    ALL = "all"
    ACTIVE = "active"
    EXPIRING = "expiring"
    ON_HOLD = "hold"
    PENDING = "pending"
    UNOWNED = "needs-owner"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return {Segment.ON_HOLD: "On hold", Segment.UNOWNED: "Needs an owner"}.get(self, self.value.capitalize())

    @property
    def statuses(self) -> frozenset[Status]:
        """What its tokens may have; those that expire soon or need an owner are some of these."""
        match self:
            case Segment.ACTIVE | Segment.EXPIRING:
                return frozenset({Status.ACTIVE})
            case Segment.ON_HOLD:
                return frozenset(ON_HOLD)
            case Segment.PENDING:
                return frozenset({Status.PENDING})
            case Segment.ENDED:
                return frozenset(status for status in Status if status.is_final)
        return frozenset(Status)

    def condition(self, given: Circumstances) -> Q:
        match self:
            case Segment.ACTIVE:
                return standing.live(given)
            case Segment.EXPIRING:
                return standing.expiring(given)
            case Segment.ON_HOLD:
                return standing.on_hold(given)
            case Segment.PENDING:
                return standing.pending(given)
            case Segment.UNOWNED:
                return standing.needing_an_owner(given)
            case Segment.ENDED:
                return standing.ended(given)
        return Q()

    def parts(self, given: Circumstances) -> list[Q]:
        """The same as sets that share no token, what still runs first: joined by `or` they would have no index."""
        if self is Segment.ENDED:
            return [standing.ended_early(given), standing.ran_out(given)]
        return [self.condition(given)]


class Sort(StrEnum):
    """Columns that sort. A minus turns them around."""

    EXPIRES = "expires"
    CREATED = "created"
    NAME = "name"
    USED = "used"


FIRST_DIRECTION = {Sort.EXPIRES: "", Sort.CREATED: "-", Sort.NAME: "", Sort.USED: "-"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address. What is not understood is as if it were not there."""

    q: str = ""
    segment: Segment = Segment.ALL
    kind: Kind | None = None
    subject: str = ""
    scope: str = ""
    sort: str = Sort.EXPIRES
    cursor: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        sort = query.get("sort", "")
        return cls(
            q=words(query),
            segment=choice(query, "status", Segment, Segment.ALL),
            kind=choice(query, "kind", Kind, None),
            subject=_subject(query.get("subject", "")),
            scope=words(query, "scope"),
            sort=sort if sort.removeprefix("-") in set(Sort) else Sort.EXPIRES,
            cursor=query.get("cursor", ""),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.kind or self.subject or self.scope or self.segment is not Segment.ALL)

    def address(self, **changes: Any) -> str:
        """The query string of this list with something else changed; paging starts anew."""
        asked = replace(self, **changes)
        named = {
            "q": asked.q,
            "status": "" if asked.segment is Segment.ALL else asked.segment,
            "kind": asked.kind or "",
            "subject": asked.subject,
            "scope": asked.scope,
            "sort": "" if asked.sort == Sort.EXPIRES else asked.sort,
        }
        return "?" + urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True, slots=True)
class Filtered:
    """With what a search found, if there was one, and who was asked for, if somebody was."""

    tokens: TokenQuerySet
    sought: Found | None = None
    whose: Whose | None = None

    @property
    def is_vague(self) -> bool:
        return self.sought is not None and self.sought.is_vague


def filtered(tokens: TokenQuerySet, asked: Asked, actor: Actor) -> Filtered:
    """What an address asks for, apart from status, order and page."""
    if asked.kind:
        tokens = tokens.of_kind(asked.kind)
    subject = whose.named(asked.subject, actor) if asked.subject else None
    if subject:
        tokens = subject.of(tokens)
    if asked.scope:
        tokens = tokens.with_scope(asked.scope)
    if not (asked.q and actor.tenant):
        return Filtered(tokens, whose=subject)
    sought = findable.sought(asked.q, actor.tenant.pk)
    return Filtered(tokens.filter(sought.condition), sought, subject)


def _subject(text: str) -> str:
    if text in {ME, TENANT}:
        return text
    try:
        return str(UUID(text))
    except ValueError:
        return ""
