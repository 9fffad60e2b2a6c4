"""Creating a token: the form, its live summary, and the one answer that shows the secret."""

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts import reauthentication
from accounts.access import TOKENS_CUSTOM
from accounts.grants import EMPTY, Grants
from accounts.http import Request
from accounts.installed import catalogue
from tokens import custom_forms, drafts, lifecycle, offers
from tokens.drafts import Draft
from tokens.forms import TokenForm, blank
from tokens.models import Token
from tokens.once import AlreadyIssued
from tokens.views import form_page
from tokens.views.revealing import answer, reveal


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    """GET the form; POST makes a token and shows its secret in this very answer, once."""
    if request.method != "POST":
        form = blank(request.actor, _like(request), request.GET.get("subject", ""))
        return render(request, "tokens/create.html", form_page.context(request, form))
    form = TokenForm(request.POST, actor=request.actor)
    if "preset" in request.POST or "refresh" in request.POST or _is_searching(request):
        return _again(request, form.following())
    if custom_forms.is_step(request.POST):
        return _with_step(request, form.following())
    draft = form.draft()
    return _made(request, form, draft) if _stands(request, form, draft) else _refused(request, form)


@require_POST
def summary(request: Request) -> HttpResponse:
    """What the form would grant, in words. Makes and stores nothing."""
    form = TokenForm(request.POST, actor=request.actor)
    return render(request, "tokens/create.html#grant", form_page.context(request, form))


def _made(request: Request, form: TokenForm, draft: Draft) -> HttpResponse:
    """A token with its secret, or one that somebody else is to claim."""
    try:
        key = form["key"].value() or ""
        if draft.member:
            return _waiting(request, offers.make(draft, by=request.actor, key=key))
        issued = lifecycle.issue(draft, by=request.actor, key=key)
    except ValidationError as error:
        form.refuse(error)
        return _refused(request, form)
    except AlreadyIssued as earlier:
        if earlier.token.claim_until:
            return _waiting(request, earlier.token)
        return answer(request, "tokens/already_shown.html", {"token": earlier.token})
    return reveal(request, issued)


def _stands(request: Request, form: TokenForm, draft: Draft) -> bool:
    """Whether nothing speaks against it: a wrong password and an empty name are told together."""
    for objection in (partial(reauthentication.demand, request), partial(drafts.validate, draft, by=request.actor)):
        try:
            objection()
        except ValidationError as error:
            form.refuse(error)
    return not form.errors


def _waiting(request: Request, token: Token) -> HttpResponse:
    """There is nothing to show: to the page on which both sides see where it stands."""
    assert token.membership
    if token.offer.undelivered:
        messages.error(request, f"{token.membership.user} can claim it now, but the mail about it could not be sent")
    else:
        messages.success(request, f"{token.membership.user} can claim it now, and has a link by email")
    response = redirect("tokens:detail", tenant=token.tenant.slug, pk=token.pk)
    return HttpResponseClientRedirect(response.url) if request.htmx else response


def _again(request: Request, form: TokenForm) -> HttpResponse:
    """The form as it stands, after a preset or another subject. Other fields stay as they are."""
    part = {"scopes": "#scopes", "subject": "#subject", "token-form": "#form"}.get(request.htmx.target or "", "")
    context = form_page.context(request, form, _ticked(request, form))
    return render(request, f"tokens/create.html{part}", context)


def _is_searching(request: Request) -> bool:
    """Enter in the search for a subject sends the form: somebody who is still looking makes no token by it."""
    return request.POST.get("find", "").strip() != request.POST.get("found", "").strip()


def _ticked(request: Request, form: TokenForm) -> Grants:
    """A preset adds to what is ticked; "clear" takes everything away."""
    key = request.POST.get("preset")
    if key is None:
        return form.chosen_grants
    preset = next((one for one in catalogue().presets if one.key == key), None)
    return form.chosen_grants | preset.grants if preset else EMPTY


def _with_step(request: Request, form: TokenForm) -> HttpResponse:
    """A button of the custom permissions: it changes their rows or their lists. Nothing is created."""
    request.actor.must(TOKENS_CUSTOM)
    builder = custom_forms.step(request.POST, request.actor)
    chosen = Grants(builder.typed.rows) if form.is_custom else None
    whole = "tokens/create.html#form" if request.htmx else "tokens/create.html"
    part = form_page.STEPS.get(request.htmx.target or "", whole)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if builder.problem else HTTPStatus.OK
    return render(request, part, form_page.context(request, form, chosen, builder), status=status)


def _refused(request: Request, form: TokenForm) -> HttpResponse:
    name = "tokens/create.html#form" if request.htmx else "tokens/create.html"
    return render(request, name, form_page.context(request, form), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _like(request: Request) -> Token | None:
    """The token that a new one should be like, if there is one that the person may see."""
    try:
        pk = UUID(request.GET.get("like", ""))
    except ValueError:
        return None
    return get_object_or_404(Token.objects.visible_to(request.actor), pk=pk)
