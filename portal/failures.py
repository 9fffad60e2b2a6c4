"""What people and machines are told when something goes wrong: each kind of error once, never a stack trace."""

import sys
from http import HTTPStatus

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts import refusals
from accounts.access import Actor, PermissionDenied
from accounts.models import Membership
from api import errors

MACHINE_PATHS = ("/api/", "/oauth/", "/.well-known/", "/auth/", "/identity/", "/frontegg/")
RETRY_AFTER_SECONDS = 5
THROTTLED_SECONDS = 60
ASKED = 5  # administrators named on a page that somebody may not open


def is_machine_path(path: str) -> bool:
    """Whether a program asks: it gets JSON, sends no cookies, and is told nothing about pages."""
    return path.startswith(MACHINE_PATHS)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_machine_path(request.path):
        return errors.problem(HTTPStatus.BAD_REQUEST, "bad_request", "The request could not be understood.")
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A right was missing. The refusal is written here, after whatever was begun has been rolled back."""
    if isinstance(exception, PermissionDenied):
        refusals.write_down(exception, path=request.path)
    if is_machine_path(request.path):
        return errors.problem(HTTPStatus.FORBIDDEN, "forbidden", "This is not allowed.")
    actor = getattr(request, "actor", None)
    reason = str(exception) if isinstance(exception, PermissionDenied) and not exception.right else ""
    context = {"ask": _administrators(actor), "reason": reason}
    return render(request, "403.html", context, status=HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same for everybody and everything, but for the request's id: what another tenant has looks like nothing."""
    if is_machine_path(request.path):
        return errors.not_found()
    page = render_to_string("404.html", _named(request))
    return HttpResponse(page, status=HTTPStatus.NOT_FOUND)


def too_many(request: HttpRequest) -> HttpResponse:
    """allauth's limits are all of so many a minute."""
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(THROTTLED_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """An unforeseen error; a database that cannot be reached is told as such, and will be back."""
    away = isinstance(sys.exc_info()[1], DatabaseError | InterfaceError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.INTERNAL_SERVER_ERROR
    if is_machine_path(request.path):
        response: HttpResponse = errors.broken(status)
    else:
        page = render_to_string(f"{status.value}.html", _named(request))
        response = HttpResponse(page, status=status)
    if away:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def _named(request: HttpRequest) -> dict[str, str]:
    return {"request_id": getattr(request, "id", "")}


def _administrators(actor: Actor | None) -> list[str]:
    """Whom to ask, in one's own tenant alone."""
    if actor is None or actor.tenant is None:
        return []
    people = Membership.objects.in_tenant(actor.tenant).administering().with_everything()
    return [membership.user.name for membership in people[:ASKED]]
