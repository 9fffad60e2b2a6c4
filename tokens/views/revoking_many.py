"""Ending many tokens at once: what the filters of the list choose, or what was issued before a day."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import reauthentication
from accounts.http import Request
from accounts.installed import catalogue
from tokens import lifecycle, selecting
from tokens.forms import RevokeManyForm
from tokens.kinds import Kind
from tokens.selecting import Selection

SHOWN = 20


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_many(request: Request) -> HttpResponse:
    """The filters in the address say which; the page shows what will end and asks for their number."""
    selection = Selection.of(request.GET)
    found = selecting.selected(selection, by=request.actor)
    count = found.tokens[: lifecycle.BULK_LIMIT].count()
    form = RevokeManyForm(request.POST or None, count=count)
    if request.method == "POST" and form.is_valid():
        try:
            reauthentication.demand(request)
            reason = form.cleaned_data["reason"]
            ended = lifecycle.revoke_all(found.tokens, by=request.actor, reason=reason, expected=count)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            assert request.actor.tenant
            messages.success(request, f"{ended} token{'' if ended == 1 else 's'} revoked")
            return redirect("tokens:list", tenant=request.actor.tenant.slug)
    context = {
        "form": form,
        "selection": selection,
        "asked": selection.asked,
        "whose": found.whose,
        "kinds": list(Kind),
        "resources": {one.key: one.name for one in catalogue().resources},
        "count": count,
        "hidden": max(count - SHOWN, 0),
        "limit": lifecycle.BULK_LIMIT,
        "doomed": found.tokens.with_subject().order_by("-last_used_at", "-id")[:SHOWN],
        "asks_password": not reauthentication.is_recent(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "tokens/revoke_many.html", context, status=status)
