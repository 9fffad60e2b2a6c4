"""Pages of service users: the list, a new one, one of them, and its words."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts import managing, service_users
from accounts import people as members
from accounts.access import MEMBERS_READ, SERVICE_USERS_CREATE
from accounts.http import Request
from accounts.models import ServiceUser
from accounts.service_users import Rights
from audit.models import Event
from tokens import service_user_listing as listing
from tokens.models import Token
from tokens.service_user_forms import CreateForm, WordsForm

EVENTS_SHOWN = 20
TOKENS_SHOWN = 20


@require_safe
def index(request: Request) -> HttpResponse:
    """The tenant's for those who see all, for everybody else those that they manage."""
    asked = listing.Asked.of(request.GET)
    context = {"listing": listing.read(request.actor, asked), "asked": asked}
    partial = request.htmx.target == "service-user-rows" and not request.htmx.history_restore_request
    return render(request, "service_users/list.html#rows" if partial else "service_users/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    """What it is for, what it may do, and who looks after it."""
    request.actor.must(SERVICE_USERS_CREATE)
    form = CreateForm(request.POST if request.method == "POST" else None, initial={"me": True}, actor=request.actor)
    if request.method == "POST":
        form.full_clean()
        try:
            managers = form.people(request.actor)
            if not form.errors:
                made = service_users.create(form.words, form.rights, managers=managers, by=request.actor)
                return done(request, made, "Service user created")
        except ValidationError as error:
            form.refuse(error)
    return dialog(request, "service_users/create.html", {"form": form})


@require_safe
def people(request: Request) -> HttpResponse:
    """Suggestions while an address is typed: nobody for whoever may not see who belongs here."""
    found = members.like(request.GET.get("email", "").strip(), by=request.actor)
    return render(request, "service_users/people.html", {"people": found})


@require_safe
def detail(request: Request, service_user: UUID) -> HttpResponse:
    """One of them: its tokens, what it may do, who manages it, and what happened to it."""
    one = known(request, service_user)
    tokens = Token.objects.visible_to(request.actor).of_service_user(one).with_subject()
    context = {
        "row": listing.row(one, request.actor),
        "one": one,
        "tokens": tokens.order_by("-ends_at", "-id")[:TOKENS_SHOWN],
        "tokens_in_all": tokens.count(),
        "managers": managing.people(one),
        "events": Event.objects.of_tenant(one.tenant_id).about(one.pk)[:EVENTS_SHOWN],
        "may_manage": service_users.may_manage(one, request.actor),
        "may_issue": service_users.usable_by(request.actor).working().filter(pk=one.pk).exists(),
    }
    return render(request, "service_users/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, service_user: UUID) -> HttpResponse:
    """Its name, what it is for, whom to write to, and its role."""
    one = managed(request, service_user)
    before = {"name": one.name, "purpose": one.purpose, "contact_email": one.contact_email, "role": one.role_id or ""}
    form = WordsForm(
        request.POST if request.method == "POST" else None, initial=before, actor=request.actor, current=one
    )
    if request.method == "POST" and form.is_valid():
        try:
            rights = Rights(form.cleaned_data["role"], one.grants)
            service_users.change(one, form.words, rights, by=request.actor)
            return done(request, one, "Saved")
        except ValidationError as error:
            form.refuse(error)
    return dialog(request, "service_users/edit.html", {"form": form, "one": one})


def known(request: Request, pk: UUID) -> ServiceUser:
    """Not seen: not there."""
    return get_object_or_404(service_users.known_to(request.actor).with_everything(), pk=pk)


def managed(request: Request, pk: UUID) -> ServiceUser:
    """Seen but not one's own to change: refused."""
    one = known(request, pk)
    service_users.must_manage(one, request.actor)
    return one


def dialog(request: Request, template: str, context: dict[str, object]) -> HttpResponse:
    """A page, or the same form in the dialog over the page it was opened from; 422 when something has to be mended."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    part = "#dialog" if request.htmx.target == "dialog" else ""
    context["suggests"] = request.actor.can(MEMBERS_READ)
    return render(request, f"{template}{part}", context, status=status)


def confirm(request: Request, one: ServiceUser, **said: object) -> HttpResponse:
    """What a deed would do, and its button."""
    return dialog(request, "service_users/confirm.html", {"one": one, **said})


def done(request: Request, one: ServiceUser, said: str, *, to: str = "detail") -> HttpResponse:
    messages.success(request, said)
    where: dict[str, Any] = {"tenant": one.tenant.slug} | ({"service_user": one.pk} if to == "detail" else {})
    response = redirect(reverse(f"service-users:{to}", kwargs=where))
    return HttpResponseClientRedirect(response.url) if request.htmx else response
