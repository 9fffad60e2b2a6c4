"""Pages that give a service user single rights, or take them away."""

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import service_user_access
from accounts.grants import Grant, GrantError, Grants
from accounts.http import Request
from accounts.installed import catalogue
from accounts.models import ServiceUser
from accounts.words import label
from tokens import custom_forms, custom_lists
from tokens import service_users as resting
from tokens.custom import Typed
from tokens.custom_forms import Bench
from tokens.custom_lists import Builder
from tokens.service_user_forms import AccessForm, GrantForm
from tokens.views.form_page import STEPS
from tokens.views.service_users import confirm, dialog, done, managed

FULL = "There is no room for more at once. Add these first, or give it a role."
NOT_YOURS = "You can only give a service user what you have yourself."

forms = require_http_methods(["GET", "HEAD", "POST"])


@forms
def add(request: Request, service_user: UUID) -> HttpResponse:
    """More rights, picked as custom permissions of a token are: row by row, on what is registered."""
    one = managed(request, service_user)
    if not request.actor.sees_resources:
        return _by_hand(request, one)
    form = AccessForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, one, form, custom_lists.build(Typed(), request.actor))
    if custom_forms.is_step(request.POST):
        bench = Bench(one.name, held=one.rights, full=FULL)
        return _page(request, one, form, custom_forms.step(request.POST, request.actor, bench))
    try:
        service_user_access.add(one, form.read(request.POST), by=request.actor)
    except ValidationError as error:
        form.refuse(error)
    except PermissionDenied:
        form.add_error("scopes", NOT_YOURS)
    else:
        return done(request, one, "Access added")
    return _page(request, one, form, custom_lists.build(custom_forms.read(request.POST), request.actor))


@forms
def remove(request: Request, service_user: UUID) -> HttpResponse:
    """Say how many tokens lose something, then take it away."""
    one = managed(request, service_user)
    grant = _grant(request.GET.get("grant", ""), one)
    if grant is None:  # somebody else was faster
        return redirect("service-users:detail", tenant=one.tenant.slug, service_user=one.pk)
    if request.method == "POST":
        service_user_access.remove(one, grant, by=request.actor)
        return done(request, one, "Access removed")
    many = resting.carrying(one, grant)
    text = f"{many} running token{'' if many == 1 else 's'} can do less from the next second." if many else ""
    return confirm(
        request,
        one,
        title=f"Remove “{grant}” from {one}?",
        text=f"It may no longer {label(grant, catalogue())}. {text}".strip(),
        action="Remove access",
        safe="Keep access",
    )


def _page(request: Request, one: ServiceUser, form: AccessForm, builder: Builder) -> HttpResponse:
    """All of it, or for htmx the part that a button changes; 422 when something has to be mended."""
    template = STEPS.get(request.htmx.target or "", "service_users/add_access.html")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if builder.problem or form.errors else HTTPStatus.OK
    context = {"one": one, "form": form, "custom": builder, "builder_url": request.path}
    return render(request, template, context, status=status)


def _by_hand(request: Request, one: ServiceUser) -> HttpResponse:
    """One right, on everything or on one target, for who may not see what is registered."""
    form = GrantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            service_user_access.add(one, Grants([form.grant]), by=request.actor)
            return done(request, one, "Access added")
        except ValidationError as error:
            form.refuse(ValidationError({"scope": error.messages}))
        except PermissionDenied:
            form.add_error("scope", NOT_YOURS)
    offered = [(area.name, [(str(g), g) for g in _offered(area.resources, request)]) for area in catalogue().areas]
    targets = {target.key: target for resource in catalogue().resources for target in resource.targets}
    context = {"form": form, "one": one, "areas": [each for each in offered if each[1]], "targets": targets.values()}
    return dialog(request, "service_users/add_grant.html", context)


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
