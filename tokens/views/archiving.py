"""Archiving a resource: the one page of resources that has to know which tokens name it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import resources
from accounts.access import RESOURCES_WRITE
from accounts.http import Request
from audit import clock
from tokens.models import Token

TOKENS_NAMED = 20  # one by one; more are only said to be there


@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: Request, resource: UUID) -> HttpResponse:
    """Say which running tokens name it and that they go on, then take it out of the pickers."""
    known = get_object_or_404(resources.known_to(request.actor), pk=resource)
    request.actor.must(RESOURCES_WRITE, on=known)
    if request.method == "POST":
        resources.archive(known, by=request.actor)
        messages.success(request, f"{known.name} archived")
        return redirect("resources", tenant=known.tenant.slug)
    naming = Token.objects.visible_to(request.actor).still_running(clock.now()).naming(known.type, known.external_id)
    shown = list(naming.order_by("ends_at", "id")[: TOKENS_NAMED + 1])
    context = {"resource": known, "tokens": shown[:TOKENS_NAMED], "has_more": len(shown) > TOKENS_NAMED}
    return render(request, "tokens/archive_resource.html", context)
