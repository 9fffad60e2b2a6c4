"""Settings > Resources: what grants can be limited to, registered by the product or, here, by hand."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts import resource_list, resources
from accounts.access import RESOURCES_WRITE
from accounts.http import Request
from accounts.models import Resource
from accounts.models.resources import NAME_CHARACTERS, TARGET_ID_CHARACTERS
from accounts.resource_list import Asked, State
from accounts.resources import Said

RESOURCES_PER_PAGE = 50


class ResourceForm(forms.Form):
    """Only reads: what is right and wrong, the verb says."""

    type = forms.CharField(required=False)
    external_id = forms.CharField(required=False)
    name = forms.CharField(required=False)

    def refuse(self, error: ValidationError) -> None:
        self.add_error(None, error)


@require_safe
def index(request: Request) -> HttpResponse:
    """By name, filtered by what the address says."""
    asked = Asked.of(request.GET)
    shown = resource_list.read(asked, by=request.actor, size=RESOURCES_PER_PAGE)
    types = {target.key: target for target in resources.types()}
    context = {"page": shown, "asked": asked, "types": types, "states": list(State)}
    part = "#rows" if request.htmx.target == "resource-rows" and not request.htmx.history_restore_request else ""
    return render(request, f"accounts/resources.html{part}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    """By hand, one at a time: for many there is the API."""
    request.actor.must(RESOURCES_WRITE)
    form = ResourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = resources.register(Said(**form.cleaned_data), by=request.actor)
            return _done(request, f"{made.name} registered")
        except ValidationError as error:
            form.refuse(error)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: Request, resource: UUID) -> HttpResponse:
    """Another name. Type and id stay: grants hold them."""
    known = of_the_tenant(request, resource)
    form = ResourceForm(request.POST or None, initial={"name": known.name})
    if request.method == "POST" and form.is_valid():
        try:
            resources.rename(known, form.cleaned_data["name"], by=request.actor)
            return _done(request, "Resource renamed")
        except ValidationError as error:
            form.refuse(error)
    return _form(request, form, known)


@require_POST
def restore(request: Request, resource: UUID) -> HttpResponse:
    """Back into the pickers."""
    known = of_the_tenant(request, resource)
    resources.restore(known, by=request.actor)
    return _done(request, f"{known.name} restored")


def of_the_tenant(request: Request, pk: UUID) -> Resource:
    """One to change. Whoever may only look is refused, whoever may not even look finds nothing out."""
    known = get_object_or_404(resources.known_to(request.actor), pk=pk)
    request.actor.must(RESOURCES_WRITE, on=known)
    return known


def _form(request: Request, form: ResourceForm, resource: Resource | None = None) -> HttpResponse:
    """A page, or the same form in the dialog over the list; 422 when something has to be mended."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    limits = {"name_limit": NAME_CHARACTERS, "id_limit": TARGET_ID_CHARACTERS}
    context = {"form": form, "resource": resource, "types": resources.types(), **limits}
    part = "#dialog" if request.htmx.target == "dialog" else ""
    return render(request, f"accounts/resource_form.html{part}", context, status=status)


def _done(request: Request, said: str) -> HttpResponse:
    messages.success(request, said)
    assert request.actor.tenant
    response = redirect("resources", tenant=request.actor.tenant.slug)
    return HttpResponseClientRedirect(response.url) if request.htmx else response
