"""Creating a token: the form, its live summary, and the one answer that shows the secret."""

from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts import reauthentication
from accounts.grants import EMPTY, Grants
from accounts.http import Request
from accounts.installed import catalogue
from tokens import custom_forms, drafts, lifecycle, use
from tokens.drafts import Draft
from tokens.forms import TokenForm, blank
from tokens.lifecycle import AlreadyIssued, Issued
from tokens.models import Token
from tokens.views import form_page

STEPS = {"permissions": "tokens/custom.html", "targets": "tokens/custom.html#targets"}
"""What the buttons of the custom permissions swap."""


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    """GET the form; POST makes a token and shows its secret in this very answer, once."""
    if request.method != "POST":
        form = blank(request.actor, _like(request), request.GET.get("subject", ""))
        return render(request, "tokens/create.html", form_page.context(request, form))
    form = TokenForm(request.POST, actor=request.actor)
    if "preset" in request.POST or "refresh" in request.POST or _is_searching(request):
        return _again(request, form)
    if custom_forms.is_step(request.POST):
        return _with_step(request, form)
    draft = form.draft()
    if not _stands(request, form, draft):
        return _refused(request, form)
    try:
        issued = lifecycle.issue(draft, by=request.actor, key=form["key"].value() or "")
    except ValidationError as error:
        form.refuse(error)
        return _refused(request, form)
    except AlreadyIssued as earlier:
        return _answer(request, "tokens/already_shown.html", {"token": earlier.token})
    return _reveal(request, issued)


@require_POST
def summary(request: Request) -> HttpResponse:
    """What the form would grant, in words. Makes and stores nothing."""
    form = TokenForm(request.POST, actor=request.actor)
    return render(request, "tokens/create.html#grant", form_page.context(request, form))


def _stands(request: Request, form: TokenForm, draft: Draft) -> bool:
    """Whether nothing speaks against it: a wrong password and an empty name are told together."""
    for objection in (partial(reauthentication.demand, request), partial(drafts.validate, draft, by=request.actor)):
        try:
            objection()
        except ValidationError as error:
            form.refuse(error)
    return not form.errors


def _again(request: Request, form: TokenForm) -> HttpResponse:
    """The form as it stands, after a preset or another subject. Other fields stay as they are."""
    part = {"scopes": "#scopes", "subject": "#subject", "token-form": "#form"}.get(request.htmx.target or "", "")
    context = form_page.context(request, form, _ticked(request, form))
    return render(request, f"tokens/create.html{part}", context)


def _is_searching(request: Request) -> bool:
    """Enter in the search for a subject sends the form: somebody who is still looking makes no token by it."""
    return request.POST.get("who", "").strip() != request.POST.get("sought", "").strip()


def _ticked(request: Request, form: TokenForm) -> Grants:
    """A preset adds to what is ticked; "clear" takes everything away."""
    key = request.POST.get("preset")
    if key is None:
        return form.chosen_grants
    preset = next((one for one in catalogue().presets if one.key == key), None)
    return form.chosen_grants | preset.grants if preset else EMPTY


def _with_step(request: Request, form: TokenForm) -> HttpResponse:
    """A button of the custom permissions: it changes their rows or their lists. Nothing is created."""
    builder = custom_forms.step(request.POST, request.actor)
    chosen = Grants(builder.typed.rows) if form.is_custom else None
    part = STEPS.get(request.htmx.target or "", "tokens/create.html#form" if request.htmx else "tokens/create.html")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if builder.problem else HTTPStatus.OK
    return render(request, part, form_page.context(request, form, chosen, builder), status=status)


def _refused(request: Request, form: TokenForm) -> HttpResponse:
    name = "tokens/create.html#form" if request.htmx else "tokens/create.html"
    return render(request, name, form_page.context(request, form), status=HTTPStatus.UNPROCESSABLE_ENTITY)


@sensitive_variables("issued")
def _reveal(request: Request, issued: Issued) -> HttpResponse:
    """The one place of this door that reads a secret's value."""
    context = {"token": issued.token, "secret": issued.secret.value, "snippets": use.snippets(issued.token)}
    return _answer(request, "tokens/reveal.html", context)


def _answer(request: Request, template: str, context: form_page.Context) -> HttpResponse:
    """A page of its own, or a dialog over the form. Never in the history, never stored."""
    if not request.htmx:
        return render(request, template, context)
    response = render(request, f"{template}#dialog", context)
    response["HX-Retarget"], response["HX-Reswap"], response["HX-Push-Url"] = "#dialog", "innerHTML", "false"
    return response


def _like(request: Request) -> Token | None:
    """The token that a new one should be like, if there is one that the person may see."""
    try:
        pk = UUID(request.GET.get("like", ""))
    except ValueError:
        return None
    return get_object_or_404(Token.objects.visible_to(request.actor), pk=pk)
