"""Removing or suspending a member: first what they leave behind, then all of it at once."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import memberships
from accounts.http import Request
from accounts.models import Membership
from audit.asked import words
from tokens import leaving
from tokens.leave_form import LeaveForm
from tokens.leaving import Left

PEOPLE_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: Request, member: UUID) -> HttpResponse:
    """Final, so the address of whoever goes is typed by hand."""
    return _leave(request, _known(request, member), is_final=True)


@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: Request, member: UUID) -> HttpResponse:
    """Until they are resumed."""
    return _leave(request, _known(request, member), is_final=False)


def _leave(request: Request, membership: Membership, *, is_final: bool) -> HttpResponse:
    left = leaving.left_by(membership, by=request.actor)
    form = _form(request, membership, left, is_final=is_final)
    if request.method == "POST" and form.is_valid():
        verb = leaving.remove if is_final else leaving.suspend
        try:
            verb(membership, by=request.actor, heir=form.cleaned_data["heir"], each=form.each)
            return _done(request, membership, "removed" if is_final else "suspended")
        except ValidationError as error:
            form.refuse(error)
    context = {
        "member": membership,
        "left": left,
        "form": form,
        "is_final": is_final,
        "is_last_owner": memberships.is_last_owner(membership),
        "who": _asked(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "tokens/leave.html", context, status=status)


def _form(request: Request, membership: Membership, left: Left, *, is_final: bool) -> LeaveForm:
    """With people to choose from only where something needs one, and by those who may give it."""
    people, shown = None, list[Membership]()
    if left.needs_an_heir and leaving.may_hand_over(request.actor):
        people = leaving.heirs(membership, by=request.actor).by_name()
        shown = list(memberships.among(people, _asked(request), by=request.actor)[:PEOPLE_SHOWN])
    return LeaveForm(
        request.POST or None,
        confirm=membership.user.email if is_final else "",
        left=left,
        people=people,
        shown=shown,
        me=request.actor.membership,
    )


def _done(request: Request, membership: Membership, what: str) -> HttpResponse:
    messages.success(request, f"{membership.user} was {what}")
    assert request.actor.tenant
    if membership.user_id == request.user.pk:
        return redirect("home")
    return redirect("members:list", tenant=request.actor.tenant.slug)


def _known(request: Request, member: UUID) -> Membership:
    return get_object_or_404(memberships.known_to(request.actor), pk=member)


def _asked(request: Request) -> str:
    return words(request.GET, "who")
