"""The audit log: what happened in a tenant, for those who may read it."""

from datetime import timedelta
from enum import StrEnum

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import LEDGER_READ
from accounts.http import Request
from accounts.models import Membership
from audit import clock, keyset
from audit.actions import Topic
from audit.models import Event, EventQuerySet

EVENTS_PER_PAGE = 50
SEARCH_CHARACTERS = 100


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


@require_safe
def log(request: Request) -> HttpResponse:
    """Newest first, filtered by what the address says, all of it optional."""
    request.actor.must(LEDGER_READ)
    assert request.actor.tenant
    people = Membership.objects.in_tenant(request.actor.tenant).with_everything()
    found = _filtered(Event.objects.of_tenant(request.actor.tenant.pk), request)
    shown = keyset.page([keyset.Phase(found, ("-id",))], request.GET.get("cursor", ""), size=EVENTS_PER_PAGE)
    context = {
        "page": shown,
        "q": _text(request.GET),
        "topics": list(Topic),
        "periods": list(Period),
        "people": [(str(one.user_id), one.user.name) for one in people],
        "chosen": {name: request.GET.get(name, "") for name in ("topic", "actor", "period", "about")},
        "is_filtered": any(request.GET.get(name) for name in ("q", "topic", "actor", "period", "about")),
    }
    part = "#rows" if request.htmx.target == "events" and not request.htmx.history_restore_request else ""
    return render(request, f"audit/log.html{part}", context)


def _filtered(events: EventQuerySet, request: Request) -> EventQuerySet:
    """Only what is known filters; anything else in the address is as if it were not there."""
    asked = request.GET
    if asked.get("topic") in set(Topic):
        events = events.on_topic(Topic(asked["topic"]))
    if asked.get("period") in set(Period):
        events = events.since(clock.now() - timedelta(days=Period(asked["period"]).days))
    if asked.get("actor"):
        events = events.by(asked["actor"])
    if asked.get("about"):
        events = events.about(asked["about"])
    text = _text(asked)
    return events.matching(text) if text else events


def _text(query: QueryDict) -> str:
    return query.get("q", "").strip()[:SEARCH_CHARACTERS]
