"""Settings > Members > Invitations: ask somebody in, ask again, take it back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import invitations, memberships
from accounts.access import MEMBERS_WRITE
from accounts.forms import InviteForm
from accounts.http import Request
from accounts.models import Invitation
from accounts.views.members import done, show_form
from audit.asked import words
from audit.keyset import Phase, page

INVITATIONS_PER_PAGE = 50
NOT_SENT = "The invitation is there, but its mail could not be sent. Send it again in a while."


@require_safe
def index(request: Request) -> HttpResponse:
    """Every invitation that is neither accepted nor withdrawn, newest first."""
    q = words(request.GET)
    pending = invitations.known_to(request.actor).pending()
    found = pending.filter(email__contains=q.lower()) if q else pending
    shown = page([Phase(found, ("-id",))], request.GET.get("cursor", ""), size=INVITATIONS_PER_PAGE)
    context = {"page": shown, "q": q, "owns": memberships.owns(request.actor)}
    part = "#rows" if request.htmx.target == "invitation-rows" and not request.htmx.history_restore_request else ""
    return render(request, f"accounts/invitations.html{part}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request) -> HttpResponse:
    """An address and a role; the mail goes out at once."""
    by = request.actor
    by.must(MEMBERS_WRITE)
    form = InviteForm(request.POST or None, roles=memberships.roles_to_give(by))
    if request.method == "POST" and form.is_valid():
        try:
            made = invitations.invite(form.cleaned_data["email"], role=form.cleaned_data["role"], by=by)
            return _sent(request, made)
        except ValidationError as error:
            form.refuse(error)
    return show_form(request, "accounts/invite.html", {"form": form})


@require_POST
def resend(request: Request, invitation: UUID) -> HttpResponse:
    """A new link by mail; the old one is dead."""
    found = _known(request, invitation)
    try:
        invitations.resend(found, by=request.actor)
        return _sent(request, found)
    except ValidationError as error:
        return _failed(request, error)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, invitation: UUID) -> HttpResponse:
    """Say what it means, then end the link."""
    found = _known(request, invitation)
    request.actor.must(MEMBERS_WRITE, on=found)
    if request.method != "POST":
        return show_form(request, "accounts/withdraw.html", {"invitation": found})
    try:
        invitations.withdraw(found, by=request.actor)
        return done(request, f"The invitation of {found.email} is withdrawn")
    except ValidationError as error:
        return _failed(request, error)


def _known(request: Request, invitation: UUID) -> Invitation:
    return get_object_or_404(invitations.known_to(request.actor), pk=invitation)


def _sent(request: Request, invitation: Invitation) -> HttpResponse:
    if invitation.undelivered:
        return done(request, NOT_SENT, level=messages.ERROR)
    return done(request, f"Invitation sent to {invitation.email}")


def _failed(request: Request, error: ValidationError) -> HttpResponse:
    """On the list, where the invitation itself tells how it stands."""
    return done(request, " ".join(error.messages), level=messages.ERROR)
