"""The list of service users: what an address asks for, and the page that answers it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, DateTimeField, Exists, IntegerField, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict

from accounts import search, service_users
from accounts.access import Actor
from accounts.models import ServiceUser, ServiceUserManager, ServiceUserQuerySet
from audit import counting
from audit.asked import choice, words
from audit.keyset import Page, Phase, page
from tokens.models import Token
from tokens.service_users import State, state_of
from tokens.status import Circumstances

ROWS_PER_PAGE = 50
NAMED = 2  # managers named in a row; more are counted


class Segment(StrEnum):
    """What the filter offers."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Segment":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    ALL = "all", "All"
    NO_MANAGER = "no-manager", "No manager"
    NO_TOKEN = "no-token", "No live token"
    DISABLED = "disabled", "Disabled"

    def of(self, found: ServiceUserQuerySet, given: Circumstances) -> ServiceUserQuerySet:
        match self:
            case Segment.NO_MANAGER:
                return found.without_manager()
            case Segment.NO_TOKEN:
                return found.filter(~Exists(_live(given)))
            case Segment.DISABLED:
                return found.disabled()
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address. What is not understood is as if it were not there."""

    q: str = ""
    segment: Segment = Segment.ALL
    cursor: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        return cls(
            q=words(query),
            segment=choice(query, "status", Segment, Segment.ALL),
            cursor=query.get("cursor", ""),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.segment is not Segment.ALL)

    def address(self, **changes: Any) -> str:
        asked = replace(self, **changes)
        named = {"q": asked.q, "status": "" if asked.segment is Segment.ALL else asked.segment}
        return "?" + urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True, slots=True)
class Tab:
    segment: Segment
    count: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A service user with what its tokens and managers say of it."""

    service_user: ServiceUser
    managers: list[ServiceUserManager]
    live_tokens: int
    last_used_at: datetime | None

    @property
    def named(self) -> list[str]:
        return [one.membership.user.name for one in self.managers[:NAMED]]

    @property
    def more(self) -> int:
        return len(self.managers) - len(self.named)

    @property
    def state(self) -> State:
        return state_of(self.service_user, managers=len(self.managers), live_tokens=self.live_tokens)


@dataclass(frozen=True, slots=True)
class Listing:
    asked: Asked
    page: Page[ServiceUser]
    rows: list[Row]
    tabs: list[Tab]
    total: int

    @property
    def has_any(self) -> bool:
        return bool(self.total) or self.asked.is_filtered

    @property
    def label(self) -> str:
        return f"{counting.in_words(self.total)} service user{'' if self.total == 1 else 's'}"


def read(actor: Actor, asked: Asked) -> Listing:
    """One query for the page, one for its managers, one for all counts."""
    assert actor.tenant
    given = Circumstances.of(actor.tenant)
    found = _found(actor, asked)
    counts = counting.counts({one: one.of(found, given) for one in Segment})
    shown = rows(actor, asked, size=ROWS_PER_PAGE)
    tabs = [
        Tab(one, counting.in_words(n), asked.address(segment=one), one is asked.segment) for one, n in counts.items()
    ]
    return Listing(asked, shown, with_managers(shown.items), tabs, counts[asked.segment])


def rows(actor: Actor, asked: Asked, *, size: int, strict: bool = False) -> Page[ServiceUser]:
    """By name, with `live_tokens` and `last_used_at`. `strict` as in `keyset.page`."""
    assert actor.tenant
    given = Circumstances.of(actor.tenant)
    found = asked.segment.of(_found(actor, asked), given)
    return page([Phase(_told(found, given), ("name_key", "id"))], asked.cursor, size=size, strict=strict)


def row(service_user: ServiceUser, actor: Actor) -> Row:
    """The same of one that the actor may see."""
    assert actor.tenant
    alone = ServiceUser.objects.filter(pk=service_user.pk)
    [found] = with_managers(list(_told(alone, Circumstances.of(actor.tenant))))
    return found


def _found(actor: Actor, asked: Asked) -> ServiceUserQuerySet:
    assert actor.tenant
    named = search.matching(search.Kind.SERVICE_USER, actor.tenant.pk, asked.q)
    return service_users.known_to(actor).filter(named)


def _told(found: ServiceUserQuerySet, given: Circumstances) -> ServiceUserQuerySet:
    one = Token.objects.filter(service_user=OuterRef("pk")).order_by().values("service_user")
    live = _live(given).order_by().values("service_user").annotate(many=Count("*")).values("many")
    used = one.annotate(last=Max("last_used_at")).values("last")
    return (
        found.with_everything()
        .by_name()
        .annotate(
            live_tokens=Coalesce(Subquery(live, output_field=IntegerField()), 0),
            last_used_at=Subquery(used, output_field=DateTimeField()),
        )
    )


def _live(given: Circumstances) -> Any:
    return Token.objects.filter(service_user=OuterRef("pk")).live(given)


def with_managers(found: list[ServiceUser]) -> list[Row]:
    """Of what `rows` found, in one query."""
    managers: dict[Any, list[ServiceUserManager]] = {one.pk: [] for one in found}
    for each in ServiceUserManager.objects.filter(service_user__in=managers).live().with_people():
        managers[each.service_user_id].append(each)
    return [Row(one, managers[one.pk], one.live_tokens, one.last_used_at) for one in found]  # type: ignore[attr-defined]
