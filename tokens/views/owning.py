"""Who answers for a token: the queue of those that need an owner, taking over, and giving to somebody else."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import service_users
from accounts.access import TOKENS_WRITE
from accounts.http import Request
from audit.asked import words
from tokens import ownership
from tokens import queue as queues
from tokens.models import Token
from tokens.sets import TokenQuerySet

EVERYTHING = "all"
DETAILS = "details"
TICKED = ("token", "service_user")


@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: Request) -> HttpResponse:
    """What nobody answers for. POST takes over what was ticked, or all that the search found."""
    asked = queues.Asked.of(request.GET)
    if request.method == "POST" and not {EVERYTHING, *TICKED} & request.POST.keys():
        request.actor.must(TOKENS_WRITE)
        messages.error(request, "Nothing was taken over: tick at least one")
        return redirect(request.get_full_path())
    if request.method == "POST" and asked.what is queues.What.SERVICE_USERS:
        return _manage(request, asked)
    if request.method == "POST":
        return _take(request, _ticked(request))
    waiting = queues.read(request.actor, asked)
    partial = request.htmx.target == "waiting" and not request.htmx.history_restore_request
    name = "tokens/needs_owner.html#rows" if partial else "tokens/needs_owner.html"
    return render(request, name, {"waiting": waiting})


@require_POST
def take_over(request: Request, pk: UUID) -> HttpResponse:
    """One click, and it is the person's own to answer for."""
    token = get_object_or_404(Token.objects.visible_to(request.actor), pk=pk)
    return _take(request, Token.objects.visible_to(request.actor).among([pk]), token)


@require_POST
def manage(request: Request, service_user: UUID) -> HttpResponse:
    """One click, and the person manages it."""
    found = get_object_or_404(service_users.known_to(request.actor), pk=service_user)
    mine = ownership.manage(found, by=request.actor)
    messages.success(request, f"You manage {found} now" if mine else f"Somebody else manages {found} by now")
    return _to_service_users(request)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: Request, pk: UUID) -> HttpResponse:
    """Choose who answers for a token from now on."""
    token = get_object_or_404(Token.objects.visible_to(request.actor).with_subject(), pk=pk)
    request.actor.must(TOKENS_WRITE, on=token)
    problem, chosen = "", request.POST.get("member", "")
    if request.method == "POST":
        try:
            to = ownership.candidate(chosen, by=request.actor)
            ownership.give(token, to, by=request.actor)
            messages.success(request, f"{to.user} answers for “{token.name}” now")
            return redirect("tokens:detail", tenant=token.tenant.slug, pk=pk)
        except ValidationError as error:
            problem = " ".join(error.messages)
    q = _asked(request)
    people = ownership.offered(request.actor, q=q)
    context = {"token": token, "people": people, "q": q, "problem": problem, "chosen": chosen}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "tokens/give.html", context, status=status)


def _take(request: Request, tokens: TokenQuerySet, token: Token | None = None) -> HttpResponse:
    """Back to the queue, or to the page of the one token on which the button stood."""
    taken = ownership.take_over(tokens, by=request.actor)
    said = f"{taken} tokens are yours to answer for" if taken > 1 else "The token is yours to answer for"
    _say(request, said if taken else "")
    assert request.actor.tenant
    here = request.actor.tenant.slug
    if token and request.POST.get("from") == DETAILS:
        return redirect("tokens:detail", tenant=here, pk=token.pk)
    return redirect("needs-owner", tenant=here)


def _manage(request: Request, asked: queues.Asked) -> HttpResponse:
    """Back to their part of the queue."""
    found = ownership.unmanaged(request.actor, q=asked.q)
    if EVERYTHING not in request.POST:
        found = found.among(_ids(request.POST.getlist("service_user")))
    many = ownership.manage_all(found, by=request.actor)
    said = f"You manage {many} service users now" if many > 1 else "You manage the service user now"
    _say(request, said if many else "")
    return _to_service_users(request)


def _say(request: Request, said: str) -> None:
    """The empty text: others were faster."""
    if said:
        messages.success(request, said)
    else:
        messages.info(request, "Nothing was taken over: what was chosen has an owner by now")


def _to_service_users(request: Request) -> HttpResponse:
    assert request.actor.tenant
    return redirect(reverse("needs-owner", args=[request.actor.tenant.slug]) + "?what=service-users")


def _ticked(request: Request) -> TokenQuerySet:
    if EVERYTHING in request.POST:
        return ownership.needing(request.actor, q=_asked(request))
    return Token.objects.visible_to(request.actor).among(_ids(request.POST.getlist("token")))


def _ids(texts: list[str]) -> list[UUID]:
    """What is no id was never on the page."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _asked(request: Request) -> str:
    return words(request.GET)
