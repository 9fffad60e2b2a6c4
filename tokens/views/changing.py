"""Pages that change a token: its words, its scopes, its life."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import TOKENS_WRITE
from accounts.grants import GrantError, Grants
from accounts.http import Request
from accounts.installed import catalogue
from tokens import custom_lists, granting, lifecycle, picker
from tokens.forms import EditForm, RevokeForm
from tokens.models import Token


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Name and description. What the token may do is not touched."""
    token = _manageable(request, pk)
    if not token.is_revocable:
        return _ended(request, token)
    form = EditForm(request.POST or None, initial={"name": token.name, "description": token.description})
    if request.method == "POST" and form.is_valid():
        try:
            words = {name: text.replace("\r\n", "\n") for name, text in form.cleaned_data.items()}
            lifecycle.edit(token, **words, by=request.actor)
            return _done(request, token, "Token renamed")
        except ValidationError as error:
            form.add_error(None, error)
    return _form(request, "tokens/edit.html", {"form": form}, token)


@require_http_methods(["GET", "HEAD", "POST"])
def narrow(request: Request, pk: UUID) -> HttpResponse:
    """Take scopes away. Only what the token has can be kept."""
    token = _manageable(request, pk)
    if not token.is_revocable:
        return _ended(request, token)
    wanted, problem = token.grants, ""
    if request.method == "POST":
        try:
            wanted = picker.chosen_in(request.POST)
            if lifecycle.narrow(token, to=wanted, by=request.actor):
                return _done(request, token, "Scopes narrowed")
            return _done(request, token, "Nothing was changed", level=messages.INFO)
        except GrantError as error:
            problem = str(error)
        except ValidationError as error:
            problem = " ".join(error.messages)
    context = {
        "groups": _narrowable(token, wanted),
        "single": custom_lists.rows((grant for grant in token.grants if grant.target_type), request.actor),
        "kept": set(wanted),
        "problem": problem,
        **_left(token, wanted),
    }
    return _form(request, "tokens/narrow.html", context, token)


@require_POST
def narrowing(request: Request, pk: UUID) -> HttpResponse:
    """What the token would lose and keep, in words. Takes nothing away."""
    token = _manageable(request, pk)
    return render(request, "tokens/narrow.html#left", _left(token, picker.chosen_or_nothing(request.POST)))


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: Request, pk: UUID) -> HttpResponse:
    """Say what will break, ask for the token id, then end the token at once."""
    token = _manageable(request, pk)
    if not token.is_revocable:
        return _ended(request, token)
    form = RevokeForm(request.POST or None, token=token)
    if request.method == "POST" and form.is_valid():
        try:
            ended = lifecycle.revoke(token, by=request.actor, reason=form.cleaned_data["reason"])
            return _done(request, token, "Token revoked" if ended else "The token had ended already")
        except ValidationError as error:
            form.add_error(None, error)
    return _form(request, "tokens/revoke.html", {"form": form}, token)


def _manageable(request: Request, pk: UUID) -> Token:
    """Seen but not one's own to change: refused. Not seen: not there."""
    token = get_object_or_404(Token.objects.visible_to(request.actor).with_subject(), pk=pk)
    if not lifecycle.may_manage(token, request.actor):
        request.actor.must(TOKENS_WRITE, on=token)
    return token


def _ended(request: Request, token: Token) -> HttpResponse:
    """Meanwhile, in another tab or by somebody else: its page tells how."""
    when = f"{localtime(token.ends_at):%-d %b %Y, %H:%M}"
    messages.error(request, f"“{token.name}” ended on {when}. Nothing about it can be changed any more.")
    return _led(request, _its_page(token))


def _left(token: Token, wanted: Grants) -> dict[str, object]:
    """What cannot be kept, because the token does not have it, is not in the words."""
    left = wanted & token.grants
    return {"slip": granting.of_token(token, left), "lost": granting.lost(token, left)}


def _narrowable(token: Token, wanted: Grants) -> list[picker.Group]:
    """Only the rows in which the token has something."""
    groups = picker.groups(catalogue(), chosen=wanted, available=token.grants)
    trimmed = [picker.Group(one.key, one.name, [row for row in one.rows if row.is_available]) for one in groups]
    return [group for group in trimmed if group.rows]


def _list(request: Request) -> str | None:
    """What the list was asked for, if the form was opened from there."""
    return (request.POST if request.method == "POST" else request.GET).get("list")


def _back(request: Request, token: Token) -> str:
    """The list as it was, or the token's page. An address is made here: none is taken from a form."""
    asked = _list(request)
    if asked is None:
        return _its_page(token)
    query = QueryDict(asked).urlencode()
    return reverse("tokens:list", args=[token.tenant.slug]) + (f"?{query}" if query else "")


def _form(request: Request, template: str, context: dict[str, Any], token: Token) -> HttpResponse:
    """A page, or the same form in the dialog over the page it was opened from; 422 when something has to be mended."""
    context |= {"token": token, "list": _list(request), "back": _back(request, token)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    part = "#dialog" if request.htmx.target == "dialog" else ""
    return render(request, f"{template}{part}", context, status=status)


def _done(request: Request, token: Token, said: str, *, level: int = messages.SUCCESS) -> HttpResponse:
    messages.add_message(request, level, said)
    return _led(request, _back(request, token))


def _its_page(token: Token) -> str:
    return reverse("tokens:detail", args=[token.tenant.slug, token.pk])


def _led(request: Request, address: str) -> HttpResponse:
    """A dialog goes with the page that it was opened over."""
    response = redirect(address)
    return HttpResponseClientRedirect(response.url) if request.htmx else response
