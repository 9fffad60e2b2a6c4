"""Pages that only show: the list, one token, what scopes there are, and how an API is protected."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts import service_users
from accounts.http import Request
from accounts.installed import catalogue
from audit.models import Event
from tokens import asking, granting, lifecycle, listing, protecting, switches, use
from tokens.kinds import Kind
from tokens.models import Token

EVENTS_SHOWN = 20


@require_safe
def index(request: Request) -> HttpResponse:
    """The tenant's tokens for those who see all, one's own for everybody else."""
    asked = asking.Asked.of(request.GET)
    shown = listing.read(request.actor, asked)
    resources = [resource for area in catalogue().areas for resource in area.resources]
    context = {"listing": shown, "asked": asked, "kinds": list(Kind), "resources": resources}
    context |= {
        "managed": _managed(request),
        "allowed": switches.kinds_on(request.actor),
        "switched_off": switches.kinds_off(request.actor),
    }
    partial = request.htmx.target == "token-rows" and not request.htmx.history_restore_request
    return render(request, "tokens/list.html#rows" if partial else "tokens/list.html", context)


def _managed(request: Request) -> set[UUID]:
    """Service users whose tokens the person may change; whoever may change all need not ask."""
    if request.actor.manages_tokens:
        return set()
    return set(service_users.usable_by(request.actor).values_list("pk", flat=True))


@require_safe
def detail(request: Request, pk: UUID) -> HttpResponse:
    """One token: its life, what it can do, who did what with it."""
    token = get_object_or_404(Token.objects.visible_to(request.actor).with_subject().with_offer(), pk=pk)
    context = {
        "token": token,
        "slip": granting.of_token(token),
        "events": Event.objects.of_tenant(token.tenant_id).about(token.pk)[:EVENTS_SHOWN],
        "may_manage": lifecycle.may_manage(token, request.actor),
        "metadata": use.metadata_of(token),
        "snippets": use.snippets(token),
    }
    return render(request, "tokens/detail.html", context)


@require_safe
def scopes(request: Request) -> HttpResponse:
    """The catalogue as people read it, and which of it the person has here."""
    return render(request, "tokens/scopes.html", {"catalogue": catalogue(), "held": request.actor.grants})


@require_safe
def guide(request: Request) -> HttpResponse:
    """How to put an API behind the portal, ready to copy: for those whose API it is."""
    request.actor.must_govern("This guide is")
    shown = {"snippets": protecting.proxies(), "offline": protecting.offline(), "check": protecting.check()}
    return render(request, "tokens/guide.html", shown)
