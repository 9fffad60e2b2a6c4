"""Filters with many answers: one is chosen on a page of its own, or in a dialog over the list that is filtered."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import ledger
from accounts.http import Request
from audit.asked import words
from tokens import actors as doers
from tokens import whose as subjects
from tokens.asking import Asked
from tokens.choosing import Group
from tokens.selecting import Selection


@dataclass(frozen=True, slots=True)
class Question:
    """`goal` is the list, by the name of its address and its own."""

    goal: str
    list: str
    heading: str = "Whose tokens?"
    search: str = "Search people and service users"
    example: str = "Name, email or purpose"


LISTED = Question("tokens:list", "API tokens")
REVOKED = Question("tokens:revoke-many", "Revoke several")
DONE = Question("audit-log", "Audit log", "Who did it?", "Search people and tokens", "Name, email or token")


@require_safe
def whose(request: Request) -> HttpResponse:
    """For the list. What else it is filtered by comes along and stays."""
    asked = Asked.of(request.GET)
    groups = subjects.offered(request.actor, _find(request), to_end=False)
    return _page(request, LISTED, groups, lambda subject: asked.address(subject=subject), asked.subject)


@require_safe
def whose_to_revoke(request: Request) -> HttpResponse:
    """The same of those whose tokens the person may end."""
    chosen = Selection.of(request.GET)
    groups = subjects.offered(request.actor, _find(request), to_end=True)
    return _page(request, REVOKED, groups, lambda subject: chosen.address(subject=subject), chosen.asked.subject)


@require_safe
def actors(request: Request) -> HttpResponse:
    """For the audit log: whose deeds it shows."""
    asked = ledger.Asked.of(request.GET)
    groups = doers.offered(request.actor, _find(request))
    return _page(request, DONE, groups, lambda actor: asked.address(actor=actor), asked.actor)


def _find(request: Request) -> str:
    return words(request.GET, "find")


def _page(
    request: Request, question: Question, groups: list[Group], address: Callable[[str], str], current: str
) -> HttpResponse:
    """`address` is the query string of the list with another choice."""
    assert request.actor.tenant
    way = reverse(question.goal, args=[request.actor.tenant.slug])
    context = {
        "question": question,
        "back": way + address(current),
        "kept": parse_qsl(address(current).removeprefix("?")),
        "find": _find(request),
        "groups": [(group, [(one, way + address(one.value)) for one in group.choices]) for group in groups],
        "many": sum(len(group.choices) for group in groups),
        "current": current,
    }
    part = "#dialog" if request.htmx.target == "dialog" else ""
    return render(request, f"components/choose.html{part}", context)
