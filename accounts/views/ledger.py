"""The audit log: what happened in a tenant, or to the platform, for those who may read it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import ledger
from accounts.http import Request
from accounts.ledger import Asked, Period
from audit.actions import Topic
from audit.keyset import Page
from audit.models import Event

EVENTS_PER_PAGE = 50


@require_safe
def log(request: Request) -> HttpResponse:
    """Newest first, filtered by what the address says, all of it optional."""
    asked = Asked.of(request.GET)
    shown = ledger.read(request.actor, asked, size=EVENTS_PER_PAGE)
    return _show(request, asked, shown, ledger.actor_named(asked.actor, shown, by=request.actor))


@require_safe
def platform_log(request: Request) -> HttpResponse:
    """The same of what belongs to no tenant."""
    asked = Asked.of(request.GET)
    return _show(request, asked, ledger.read_platform(request.actor, asked, size=EVENTS_PER_PAGE))


def _show(request: Request, asked: Asked, shown: Page[Event], actor_name: str = "") -> HttpResponse:
    context = {
        "page": shown,
        "q": asked.q,
        "topics": list(Topic),
        "periods": list(Period),
        "actor_name": actor_name,
        "chosen": {name: request.GET.get(name, "") for name in ("topic", "actor", "period", "about")},
        "is_filtered": asked.is_filtered,
    }
    part = "#rows" if request.htmx.target == "events" and not request.htmx.history_restore_request else ""
    return render(request, f"audit/log.html{part}", context)
