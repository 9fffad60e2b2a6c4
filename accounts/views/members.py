"""Settings > Members: who belongs here, with which role."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts import invitations, member_list, memberships, role_changes, roles
from accounts.access import ROLES_READ, Actor
from accounts.forms import RoleForm
from accounts.http import Request
from accounts.installed import catalogue
from accounts.member_list import Asked, State
from accounts.models import Membership, Role

MEMBERS_PER_PAGE = 50
INVITATIONS_SHOWN = 10


@require_safe
def index(request: Request) -> HttpResponse:
    """Everybody who belongs here, by name, and the newest invitations."""
    by, asked = request.actor, Asked.of(request.GET)
    context = {
        "listing": member_list.read(by, asked, size=MEMBERS_PER_PAGE),
        "asked": asked,
        "roles": _known_roles(by),
        "states": list(State),
        "owns": memberships.owns(by),
    }
    if request.htmx.target == "member-rows" and not request.htmx.history_restore_request:
        return render(request, "accounts/members.html#rows", context)
    pending = invitations.known_to(by).pending().order_by("-id")
    context["invitations"] = pending[: INVITATIONS_SHOWN + 1]
    context["shown"] = INVITATIONS_SHOWN
    return render(request, "accounts/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_role(request: Request, member: UUID) -> HttpResponse:
    """Each role with what it would change, the one they have first, then the change."""
    by, membership = request.actor, _known(request, member)
    memberships.must_manage(membership, by)
    offered = memberships.roles_to_give(by)
    form = RoleForm(request.POST or None, roles=offered, initial={"role": membership.role_id})
    if request.method == "POST" and form.is_valid():
        try:
            if memberships.change_role(membership, to=form.cleaned_data["role"], by=by):
                return done(request, f"{membership.user} is {membership.role} now")
            return done(request, f"Nothing was changed: {membership.user} is {membership.role}", level=messages.INFO)
        except ValidationError as error:
            form.refuse(error)
    choices = [_choice(role, membership.role) for role in sorted(offered, key=lambda one: one.pk != membership.role_id)]
    return show_form(request, "accounts/change_role.html", {"member": membership, "form": form, "choices": choices})


@require_POST
def resume(request: Request, member: UUID) -> HttpResponse:
    """End a suspension: everything is as it was."""
    membership = _known(request, member)
    memberships.resume(membership, by=request.actor)
    return done(request, f"{membership.user} is active again")


def show_form(request: Request, template: str, context: dict[str, object]) -> HttpResponse:
    """A page, or the same form in the dialog over the page it was opened from; 422 when something has to be mended."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    part = "#dialog" if request.htmx.target == "dialog" else ""
    return render(request, f"{template}{part}", context, status=status)


def done(request: Request, said: str, *, level: int = messages.SUCCESS) -> HttpResponse:
    """Back to the list, with a word about what happened."""
    assert request.actor.tenant
    messages.add_message(request, level, said)
    response = redirect("members:list", tenant=request.actor.tenant.slug)
    return HttpResponseClientRedirect(response.url) if request.htmx else response


def _known(request: Request, member: UUID) -> Membership:
    return get_object_or_404(memberships.known_to(request.actor), pk=member)


def _known_roles(by: Actor) -> list[Role]:
    return list(roles.known_to(by) if by.can(ROLES_READ) else roles.of_every_tenant())


def _choice(role: Role, now: Role) -> dict[str, object]:
    return {"role": role, "changes": role_changes.between(now, role, catalogue())}
