"""Management credentials: for platform admins, who see each secret once, like everybody."""

from functools import partial
from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts import reauthentication
from accounts.http import Request
from tokens import credentials, use
from tokens.credential_forms import CredentialForm, EndCredentialForm
from tokens.credentials import GOVERNED, AlreadyCreated, IssuedCredential
from tokens.models import ManagementCredential
from tokens.rights import Right

SHOWN = 200  # those that work come first; a platform has a handful


@require_safe
def index(request: Request) -> HttpResponse:
    """Every credential, those that work first."""
    request.actor.must_govern(GOVERNED)
    rows = ManagementCredential.objects.newest_first()[:SHOWN]
    return render(request, "tokens/credentials.html", {"rows": rows})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    """GET the form; POST makes a credential and shows its secret in this very answer, once."""
    request.actor.must_govern(GOVERNED)
    if request.method != "POST":
        return _form(request, CredentialForm(initial={"key": uuid4().hex}))
    form = CredentialForm(request.POST)
    form.full_clean()
    name, rights = form.cleaned_data.get("name", ""), form.cleaned_data.get("rights", [])
    if not _stands(request, form, name, rights):
        return _form(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        issued = credentials.create(name, rights, by=request.actor, key=form.cleaned_data.get("key", ""))
    except AlreadyCreated as earlier:
        return render(request, "tokens/credential_already_shown.html", {"credential": earlier.credential})
    return _reveal(request, issued)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: Request, pk: UUID) -> HttpResponse:
    """Say what will break, then end it."""
    request.actor.must_govern(GOVERNED)
    credential = get_object_or_404(ManagementCredential, pk=pk)
    form = EndCredentialForm(request.POST if request.method == "POST" else None, short_id=credential.short_id)
    if request.method == "POST" and form.is_valid():
        try:
            reauthentication.demand(request)
            credentials.revoke(credential, by=request.actor, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{credential.name} is revoked")
            return redirect("credentials")
    asks = not reauthentication.is_recent(request)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"credential": credential, "form": form, "asks_password": asks}
    return render(request, "tokens/revoke_credential.html", context, status=status)


def _stands(request: Request, form: CredentialForm, name: str, rights: list[str]) -> bool:
    """Whether nothing speaks against it: a wrong password and an empty name are told together."""
    for objection in (partial(reauthentication.demand, request), partial(credentials.validate, name, rights)):
        try:
            objection()
        except ValidationError as error:
            form.add_error(None, error)
    return not form.errors


def _form(request: Request, form: CredentialForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    context = {
        "form": form,
        "rights": list(Right),
        "problems": form.problems() if form.is_bound else [],
        "asks_password": not reauthentication.is_recent(request),
    }
    return render(request, "tokens/create_credential.html", context, status=status)


@sensitive_variables("issued")
def _reveal(request: Request, issued: IssuedCredential) -> HttpResponse:
    """The one place of this door that reads a secret's value."""
    credential = issued.credential
    context = {"credential": credential, "secret": issued.secret.value, "snippets": use.management_snippets(credential)}
    return render(request, "tokens/credential_reveal.html", context)
