"""Ending many tokens at once: everything of a person, of a kind, matching a search, or issued before a day."""

from datetime import UTC, date, datetime, time
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import reauthentication
from accounts.http import Request
from audit import clock
from tokens import asking, lifecycle
from tokens.asking import Asked
from tokens.forms import RevokeManyForm
from tokens.kinds import Kind
from tokens.models import Token
from tokens.sets import TokenQuerySet

SHOWN = 20


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_many(request: Request) -> HttpResponse:
    """The filters in the address say which; the page shows what will end and asks for their number."""
    asked, before = Asked.of(request.GET), _day(request.GET.get("before", ""))
    doomed = _doomed(request, asked, before)
    count = doomed[: lifecycle.BULK_LIMIT].count()
    form = RevokeManyForm(request.POST or None, count=count)
    if request.method == "POST" and form.is_valid():
        try:
            reauthentication.demand(request)
            ended = lifecycle.revoke_all(doomed, by=request.actor, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            assert request.actor.tenant
            messages.success(request, f"{ended} token{'' if ended == 1 else 's'} revoked")
            return redirect("tokens:list", tenant=request.actor.tenant.slug)
    context = {
        "form": form,
        "asked": asked,
        "before": before,
        "kinds": list(Kind),
        "count": count,
        "hidden": max(count - SHOWN, 0),
        "limit": lifecycle.BULK_LIMIT,
        "doomed": doomed.with_subject().order_by("-last_used_at", "-id")[:SHOWN],
        "asks_password": not reauthentication.is_recent(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "tokens/revoke_many.html", context, status=status)


def _doomed(request: Request, asked: Asked, before: date | None) -> TokenQuerySet:
    """Running tokens that the person may manage, of those asked for."""
    mine = Token.objects.manageable_by(request.actor).running(clock.now())
    found = asking.filtered(mine, asked, request.actor).tokens
    return found.issued_before(datetime.combine(before, time.min, UTC)) if before else found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
