"""Pages that change who manages a service user, and whether it works at all."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts import managing, service_users
from accounts.access import SERVICE_USERS_WRITE
from accounts.http import Request
from accounts.models import Membership, ServiceUser
from tokens import service_users as resting
from tokens.service_user_forms import DeleteForm, ManagerForm
from tokens.views.service_users import confirm, dialog, done, managed

SHOWN = 10

forms = require_http_methods(["GET", "HEAD", "POST"])


@forms
def add_manager(request: Request, service_user: UUID) -> HttpResponse:
    """Somebody of the tenant, by their address."""
    one = managed(request, service_user)
    form = ManagerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            added = managing.add(one, form.person(request.actor), by=request.actor)
            return done(request, one, "Manager added" if added else "They manage it already")
        except ValidationError as error:
            form.refuse(error)
    return dialog(request, "service_users/add_manager.html", {"form": form, "one": one})


@forms
def remove_manager(request: Request, service_user: UUID, member: UUID) -> HttpResponse:
    """The last one goes only with a warning, and only by an administrator."""
    one = managed(request, service_user)
    manager = get_object_or_404(Membership.objects.filter(manages__service_user=one).with_everything(), pk=member)
    problem = ""
    if request.method == "POST":
        try:
            managing.remove(one, manager, by=request.actor)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            still = service_users.known_to(request.actor).filter(pk=one.pk).exists()
            return done(request, one, "Manager removed", to="detail" if still else "list")
    return confirm(
        request,
        one,
        title=f"Remove {manager.user.name} as a manager?",
        text=f"They no longer see {one} and its tokens, unless their role lets them. Its tokens keep working.",
        warning=_warning(one, manager, request),
        problem=problem,
        action="Remove manager",
        safe="Keep manager",
    )


@forms
def disable(request: Request, service_user: UUID) -> HttpResponse:
    """Reversible, and at once."""
    one = managed(request, service_user)
    if request.method == "POST":
        service_users.disable(one, by=request.actor)
        return done(request, one, "Service user disabled")
    return confirm(
        request,
        one,
        title=f"Disable {one}?",
        text="Every request with one of its tokens fails from the next second, until it is enabled again.",
        rests=resting.resting_on(one, shown=SHOWN),
        action="Disable",
        safe="Keep it working",
    )


@forms
def enable(request: Request, service_user: UUID) -> HttpResponse:
    one = managed(request, service_user)
    if request.method == "POST":
        service_users.enable(one, by=request.actor)
        return done(request, one, "Service user enabled")
    many = resting.running(one).count()
    return confirm(
        request,
        one,
        title=f"Enable {one}?",
        text=f"{many} running token{' works' if many == 1 else 's work'} again at once.",
        action="Enable",
        safe="Keep it disabled",
        is_safe=True,
    )


@forms
def delete(request: Request, service_user: UUID) -> HttpResponse:
    """Final. While it has running tokens its name is typed by hand: whoever types it has read what will break."""
    one = managed(request, service_user)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            resting.delete(one, by=request.actor, confirm=form.cleaned_data["confirm"])
            return done(request, one, "Service user deleted", to="list")
        except ValidationError as error:
            form.refuse(error)
    context = {"form": form, "one": one, "rests": resting.resting_on(one, shown=SHOWN)}
    return dialog(request, "service_users/delete.html", context)


def _warning(one: ServiceUser, manager: Membership, request: Request) -> str:
    """Nobody else looks after it."""
    if any(each.is_live and each.membership_id != manager.pk for each in managing.people(one)):
        return ""
    if request.actor.can(SERVICE_USERS_WRITE, on=one):
        return f"Nobody else manages {one}. It will need a new manager: its tokens work on without anybody in charge."
    return managing.LAST
