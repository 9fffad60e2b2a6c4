"""Reading the audit log: the same question from a page's address and from the API."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from accounts.access import LEDGER_READ, Actor
from accounts.models import Membership
from audit import clock
from audit.actions import Topic
from audit.asked import choice, words
from audit.keyset import Page, Phase, page
from audit.models import Event, EventQuerySet


class Period(StrEnum):
    """How far back the log is read."""

    days: int
    label: str

    def __new__(cls, value: str, days: int = 0, label: str = "") -> "Period":
        member = str.__new__(cls, value)
        member._value_ = value
        member.days, member.label = days, label
        return member

    DAY = "1d", 1, "Last 24 hours"
    WEEK = "7d", 7, "Last 7 days"
    MONTH = "30d", 30, "Last 30 days"


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address. What is not understood is as if it were not there.

    `actor` and `about` are ids of who did it and of what it was done to.
    """

    q: str = ""
    topic: Topic | None = None
    period: Period | None = None
    actor: str = ""
    about: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        return cls(
            q=words(query),
            topic=choice(query, "topic", Topic, None),
            period=choice(query, "period", Period, None),
            actor=query.get("actor", ""),
            about=query.get("about", ""),
            cursor=query.get("cursor", ""),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.topic or self.period or self.actor or self.about)

    def address(self, **changes: Any) -> str:
        """The query string of this log with something else changed; paging starts anew."""
        asked = replace(self, **changes)
        named = {"q": asked.q, "topic": asked.topic, "period": asked.period, "actor": asked.actor, "about": asked.about}
        return "?" + urlencode({name: value for name, value in named.items() if value})


def read(by: Actor, asked: Asked, *, size: int, strict: bool = False) -> Page[Event]:
    """A page of the tenant's ledger, newest first. `strict` as in `keyset.page`."""
    by.must(LEDGER_READ)
    assert by.tenant
    return _page(Event.objects.of_tenant(by.tenant.pk), asked, size, strict)


def actor_named(actor_id: str, shown: Page[Event], *, by: Actor) -> str:
    """What the ledger calls whoever did this; members have a name before they do anything. "" for the unknown."""
    assert by.tenant
    if shown.items or not actor_id:
        return shown.items[0].actor_label if actor_id else ""
    if deed := Event.objects.of_tenant(by.tenant.pk).by(actor_id).first():
        return deed.actor_label
    try:
        member = Membership.objects.in_tenant(by.tenant).of(UUID(actor_id)).select_related("user").first()
    except ValueError:
        return ""
    return member.user.name if member else ""


def read_platform(by: Actor, asked: Asked, *, size: int) -> Page[Event]:
    """The same of what belongs to no tenant, for platform admins."""
    by.must_govern("The platform's audit log is")
    return _page(Event.objects.of_the_platform(), asked, size, strict=False)


def _page(events: EventQuerySet, asked: Asked, size: int, strict: bool) -> Page[Event]:
    return page([Phase(_filtered(events, asked), ("-id",))], asked.cursor, size=size, strict=strict)


def _filtered(events: EventQuerySet, asked: Asked) -> EventQuerySet:
    if asked.topic:
        events = events.on_topic(asked.topic)
    if asked.period:
        events = events.since(clock.now() - timedelta(days=asked.period.days))
    if asked.actor:
        events = events.by(asked.actor)
    if asked.about:
        events = events.about(asked.about)
    return events.matching(asked.q) if asked.q else events
