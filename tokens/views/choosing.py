"""Whose tokens a list shows: one of many is chosen on a page of its own, or in a dialog over the list."""

from collections.abc import Callable
from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import Request
from audit.asked import words
from tokens import whose as subjects
from tokens.asking import Asked
from tokens.choosing import Group
from tokens.selecting import Selection

LISTS = {"tokens:list": "API tokens", "tokens:revoke-many": "Revoke several"}


@require_safe
def whose(request: Request) -> HttpResponse:
    """For the list. What else it is filtered by comes along and stays."""
    asked = Asked.of(request.GET)
    groups = subjects.offered(request.actor, words(request.GET, "find"), to_end=False)
    return _page(request, "tokens:list", groups, lambda subject: asked.address(subject=subject), asked.subject)


@require_safe
def whose_to_revoke(request: Request) -> HttpResponse:
    """The same of those whose tokens the person may end."""
    chosen = Selection.of(request.GET)
    groups = subjects.offered(request.actor, words(request.GET, "find"), to_end=True)
    return _page(
        request, "tokens:revoke-many", groups, lambda subject: chosen.address(subject=subject), chosen.asked.subject
    )


def _page(
    request: Request, goal: str, groups: list[Group], address: Callable[[str], str], current: str
) -> HttpResponse:
    """`address` is the query string of the list with another choice."""
    assert request.actor.tenant
    way = reverse(goal, args=[request.actor.tenant.slug])
    context = {
        "heading": "Whose tokens?",
        "search": "Search people and service users",
        "example": "Name, email or purpose",
        "list": LISTS[goal],
        "back": way + address(current),
        "kept": parse_qsl(address(current).removeprefix("?")),
        "find": words(request.GET, "find"),
        "groups": [(group, [(one, way + address(one.value)) for one in group.choices]) for group in groups],
        "many": sum(len(group.choices) for group in groups),
        "current": current,
    }
    part = "#dialog" if request.htmx.target == "dialog" else ""
    return render(request, f"components/choose.html{part}", context)
