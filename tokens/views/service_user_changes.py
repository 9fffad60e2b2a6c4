"""Pages that change what a service user may do, who manages it, and whether it works at all."""

from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts import managing, service_users
from accounts.access import SERVICE_USERS_WRITE
from accounts.grants import Grant, GrantError, Grants
from accounts.http import Request
from accounts.installed import catalogue
from accounts.models import Membership, ServiceUser
from accounts.service_users import Rights
from accounts.words import label
from tokens import service_users as resting
from tokens.service_user_forms import DeleteForm, GrantForm, ManagerForm
from tokens.views.service_users import dialog, done, managed

SHOWN = 10

forms = require_http_methods(["GET", "HEAD", "POST"])


@forms
def add_grant(request: Request, service_user: UUID) -> HttpResponse:
    """One more right, on everything or on one target."""
    one = managed(request, service_user)
    form = GrantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            to = Rights(one.role, one.grants | Grants([form.grant]))
            service_users.change_rights(one, to=to, by=request.actor)
            return done(request, one, "Access added")
        except ValidationError as error:
            form.refuse(ValidationError({"scope": error.messages}))
        except PermissionDenied:
            form.add_error("scope", "You can only give a service user what you have yourself.")
    offered = [(area.name, [(str(g), g) for g in _offered(area.resources, request)]) for area in catalogue().areas]
    targets = {target.key: target for resource in catalogue().resources for target in resource.targets}
    context = {"form": form, "one": one, "areas": [each for each in offered if each[1]], "targets": targets.values()}
    return dialog(request, "service_users/add_grant.html", context)


@forms
def remove_grant(request: Request, service_user: UUID) -> HttpResponse:
    """Say how many tokens lose something, then take it away."""
    one = managed(request, service_user)
    grant = _grant(request.GET.get("grant", ""), one)
    if grant is None:  # somebody else was faster
        return redirect("service-users:detail", tenant=one.tenant.slug, service_user=one.pk)
    if request.method == "POST":
        left = Grants(each for each in one.grants if each != grant)
        service_users.change_rights(one, to=Rights(one.role, left), by=request.actor)
        return done(request, one, "Access removed")
    many = resting.carrying(one, grant)
    text = f"{many} running token{'' if many == 1 else 's'} can do less from the next second." if many else ""
    return _confirm(
        request,
        one,
        title=f"Remove “{grant}” from {one}?",
        text=f"It may no longer {label(grant, catalogue())}. {text}".strip(),
        action="Remove access",
        safe="Keep access",
    )


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
    return _confirm(
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
    return _confirm(
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
    return _confirm(
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


def _confirm(request: Request, one: ServiceUser, **said: object) -> HttpResponse:
    return dialog(request, "service_users/confirm.html", {"one": one, **said})


def _offered(resources: object, request: Request) -> list[Grant]:
    """Rights that the person may give, of some resources."""
    every = [g for r in resources for action in r.actions for g in r.grants(action)]  # type: ignore[attr-defined]
    return [grant for grant in every if request.actor.grants.covers(grant)]


def _grant(text: str, one: ServiceUser) -> Grant | None:
    try:
        grant = Grant.parse(text)
    except GrantError:
        return None
    return grant if grant in set(one.grants) else None


def _warning(one: ServiceUser, manager: Membership, request: Request) -> str:
    """Nobody else looks after it."""
    if any(each.is_live and each.membership_id != manager.pk for each in managing.people(one)):
        return ""
    if request.actor.can(SERVICE_USERS_WRITE, on=one):
        return f"Nobody else manages {one}. It will need a new manager: its tokens work on without anybody in charge."
    return managing.LAST
