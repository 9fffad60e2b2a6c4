"""Tokens made for somebody: claimed or declined by that person, withdrawn or sent again by those in charge."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import reauthentication
from accounts.access import TOKENS_WRITE
from accounts.http import Request
from tokens import granting, offers
from tokens.credential_forms import RotateForm
from tokens.models import Token
from tokens.once import AlreadyIssued
from tokens.views import revealing

NOT_SENT = "There is a new link, but its mail could not be sent. Send another one in a while."


@require_safe
@sensitive_variables("code")
def open_link(request: Request, code: str) -> HttpResponse:
    """Only leads to the page, and only the person themselves: a link proves nothing, a sign-in does."""
    offer = offers.look(code)
    if offer is None or offer.token.membership is None or offer.token.membership.user_id != request.user.pk:
        response = render(request, "tokens/claim_refused.html", status=HTTPStatus.GONE)
    else:
        response = redirect("tokens:claim", tenant=offer.token.tenant.slug, pk=offer.token.pk)
    response["Referrer-Policy"] = "no-referrer"
    return response


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: Request, pk: UUID) -> HttpResponse:
    """GET says what is waiting and changes nothing; POST makes the secret and shows it in this very answer, once."""
    token = _token(request, pk)
    if request.method != "POST":
        if not token.is_pending or not _is_theirs(request, token):
            return redirect("tokens:detail", tenant=token.tenant.slug, pk=pk)
        return _page(request, token, RotateForm())
    form = RotateForm(request.POST)
    try:
        reauthentication.demand(request)
        issued = offers.claim(token, by=request.actor)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, token, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except AlreadyIssued as earlier:
        return revealing.answer(request, "tokens/already_shown.html", {"token": earlier.token})
    return revealing.reveal(request, issued)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: Request, pk: UUID) -> HttpResponse:
    """By the person for whom it was made: first what it means, then it cannot be claimed any more."""
    token = _token(request, pk)
    if request.method != "POST":
        if not token.is_pending or not _is_theirs(request, token):
            return redirect("tokens:detail", tenant=token.tenant.slug, pk=pk)
        return render(request, f"tokens/decline.html{'#dialog' if request.htmx else ''}", {"token": token})
    declined = offers.decline(token, by=request.actor)
    return _done(request, token, "Token declined" if declined else "There was nothing to decline any more")


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Say for whom it is, then take the offer back."""
    token = _token(request, pk)
    if request.method != "POST":
        request.actor.must(TOKENS_WRITE, on=token)
        if not token.is_pending:
            return redirect("tokens:detail", tenant=token.tenant.slug, pk=pk)
        part = "#dialog" if request.htmx else ""
        return render(request, f"tokens/withdraw.html{part}", {"token": token})
    withdrawn = offers.withdraw(token, by=request.actor)
    return _done(request, token, "Token withdrawn" if withdrawn else "There was nothing to withdraw any more")


@require_POST
def renew(request: Request, pk: UUID) -> HttpResponse:
    """A new link by mail; the one before stops working."""
    token = _token(request, pk)
    try:
        offers.renew(token, by=request.actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("tokens:detail", tenant=token.tenant.slug, pk=pk)
    if token.offer.undelivered:
        messages.error(request, NOT_SENT)
        return redirect("tokens:detail", tenant=token.tenant.slug, pk=pk)
    assert token.membership
    return _done(request, token, f"A new link is on its way to {token.membership.user.email}")


def _token(request: Request, pk: UUID) -> Token:
    return get_object_or_404(Token.objects.visible_to(request.actor).with_subject().with_offer(), pk=pk)


def _is_theirs(request: Request, token: Token) -> bool:
    own = request.actor.own_membership
    return own is not None and own.pk == token.membership_id


def _page(request: Request, token: Token, form: RotateForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    context = {
        "token": token,
        "form": form,
        "slip": granting.of_token(token),
        "asks_password": not reauthentication.is_recent(request),
    }
    name = "tokens/claim.html#form" if request.htmx and form.errors else "tokens/claim.html"
    return render(request, name, context, status=status)


def _done(request: Request, token: Token, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("tokens:detail", tenant=token.tenant.slug, pk=token.pk)
