"""Tenants as platform admins see them: figures and state. Nothing here opens a tenant or shows what is in it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import founding, reauthentication
from accounts import tenants as verbs
from accounts.http import Request
from accounts.models import Membership, Tenant
from accounts.models.tenants import TenantQuerySet
from audit import counting
from audit.asked import choice, words
from audit.keyset import Phase, page
from audit.models import Event
from tokens import closing
from tokens.models import Token
from tokens.status import Circumstances

TENANTS_PER_PAGE = 50
EVENTS_SHOWN = 20
GOVERNED = "This page is"
FIELDS = ("name", "slug", "owner_email", "owner_name")


class State(StrEnum):
    """What the filter offers. Deleted ones are history: they are asked for."""

    EXISTING = ""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"

    @property
    def label(self) -> str:
        return self.value.capitalize() or "All but deleted"

    def of(self, tenants: TenantQuerySet) -> TenantQuerySet:
        match self:
            case State.ACTIVE:
                return tenants.active()
            case State.SUSPENDED:
                return tenants.suspended()
            case State.DELETED:
                return tenants.deleted()
        return tenants.existing()


@dataclass(frozen=True, slots=True)
class Row:
    """A tenant with its figures, as words: exact to a thousand."""

    tenant: Tenant
    members: str
    tokens: str


@require_safe
def index(request: Request) -> HttpResponse:
    request.actor.must_govern(GOVERNED)
    text, state = words(request.GET), choice(request.GET, "state", State, State.EXISTING)
    found = state.of(Tenant.objects.matching(text))
    shown = page([Phase(found, ("slug",))], request.GET.get("cursor", ""), size=TENANTS_PER_PAGE)
    context = {"page": shown, "q": text, "state": state, "states": list(State), "rows": _rows(shown.items)}
    part = "#rows" if request.htmx.target == "tenants" and not request.htmx.history_restore_request else ""
    return render(request, f"platform/tenants.html{part}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    """A tenant and its first owner, who is told by mail."""
    request.actor.must_govern(GOVERNED)
    typed = {name: request.POST.get(name, "") for name in FIELDS}
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            founded = founding.found(by=request.actor, **typed)
        except ValidationError as error:
            problems = _by_field(error)
        else:
            _say_founded(request, founded)
            return redirect("platform-tenant", pk=founded.tenant.pk)
    context = {"typed": typed, "form": _form(problems)}
    return render(request, "platform/create_tenant.html", context, status=422 if problems else 200)


@require_safe
def detail(request: Request, pk: UUID) -> HttpResponse:
    request.actor.must_govern(GOVERNED)
    tenant = get_object_or_404(Tenant, pk=pk)
    [row] = _rows([tenant])
    context = {
        "tenant": tenant,
        "row": row,
        "owners": Membership.objects.in_tenant(tenant).live().owning().with_everything()[:EVENTS_SHOWN],
        "events": Event.objects.of_tenant(tenant.pk).about(tenant.pk)[:EVENTS_SHOWN],
    }
    return render(request, "platform/tenant.html", context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: Request, pk: UUID) -> HttpResponse:
    return _change(request, pk, "suspend", partial(verbs.suspend, by=request.actor), "is suspended")


@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: Request, pk: UUID) -> HttpResponse:
    return _change(request, pk, "resume", partial(verbs.resume, by=request.actor), "works again")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, pk: UUID) -> HttpResponse:
    """For good, once its address was typed."""
    return _change(request, pk, "delete", partial(closing.delete_tenant, by=request.actor), "is deleted")


def _change(request: Request, pk: UUID, step: str, verb: Callable[[Tenant], object], done: str) -> HttpResponse:
    """Say what will happen, then do it. What breaks something asks who is there."""
    request.actor.must_govern(GOVERNED)
    tenant = get_object_or_404(Tenant.objects.existing(), pk=pk)
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            _must_confirm(request, tenant, step)
            verb(tenant)
        except ValidationError as error:
            problems = _by_field(error)
        else:
            messages.success(request, f"{tenant} {done}")
            return redirect("platform-tenant", pk=pk)
    [row] = _rows([tenant])
    asks = step != "resume" and not reauthentication.is_recent(request)
    context = {"tenant": tenant, "row": row, "step": step, "form": _form(problems), "asks_password": asks}
    context["typed"] = request.POST.get("confirm", "")
    return render(request, "platform/change_tenant.html", context, status=422 if problems else 200)


def _must_confirm(request: Request, tenant: Tenant, step: str) -> None:
    if step == "delete":
        closing.must_confirm(tenant, request.POST.get("confirm", ""))
    if step != "resume":
        reauthentication.demand(request)


def _rows(shown: list[Tenant]) -> list[Row]:
    """Members and live tokens, in one query however many tenants there are."""
    sets: dict[tuple[UUID, str], QuerySet[Any]] = {}
    for one in shown:
        sets[one.pk, "members"] = Membership.objects.in_tenant(one).current()
        sets[one.pk, "tokens"] = Token.objects.of_tenant(one).live(Circumstances.of(one))
    words = {key: counting.in_words(count) for key, count in counting.counts(sets).items()}
    return [Row(one, words[one.pk, "members"], words[one.pk, "tokens"]) for one in shown]


def _say_founded(request: Request, founded: founding.Founded) -> None:
    if founded.is_told:
        messages.success(request, f"{founded.tenant} is created. {founded.owner.email} got a mail.")
    else:
        said = f"{founded.tenant} is created, but the mail to {founded.owner.email} could not be sent."
        messages.error(request, f"{said} They can ask for a link with “Forgot password”.")


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    found: dict[str, list[Any]] = dict(error.update_error_dict({}))
    return {name: [text for one in texts for text in _texts(one)] for name, texts in found.items()}


def _texts(problem: Any) -> list[str]:
    return list(problem.messages) if isinstance(problem, ValidationError) else [str(problem)]


def _form(problems: dict[str, list[str]]) -> dict[str, Any]:
    return {"errors": problems, "problems": [(name, text) for name, texts in problems.items() for text in texts]}
