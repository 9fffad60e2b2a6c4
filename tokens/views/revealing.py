"""The one answer that shows a secret."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables

from accounts.http import Request
from tokens import use
from tokens.lifecycle import Issued


@sensitive_variables("issued")
def reveal(request: Request, issued: Issued) -> HttpResponse:
    """The one place of this door that reads a secret's value."""
    context = {"token": issued.token, "secret": issued.secret.value, "snippets": use.snippets(issued.token)}
    return answer(request, "tokens/reveal.html", context)


def answer(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of its own, or a dialog over the form. Never in the history, never stored."""
    if not request.htmx:
        return render(request, template, context)
    response = render(request, f"{template}#dialog", context)
    response["HX-Retarget"], response["HX-Reswap"], response["HX-Push-Url"] = "#dialog", "innerHTML", "false"
    return response
