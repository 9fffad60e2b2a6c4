"""How a request comes in and leaves: methods, errors and headers are the same for every address of this door."""

import logging
from collections.abc import Callable, Iterable
from functools import partial, wraps
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from accounts import refusals
from accounts.access import PermissionDenied
from api.frontegg.answers import Problem, not_found, refusal, sentences

RETRY_AFTER_SECONDS = 5
TRACE_ID = "frontegg-trace-id"

type View = Callable[..., HttpResponse]

log = logging.getLogger(__name__)


def door(**views: View) -> View:
    """One address, a view for each method. Cookies are not looked at; a Problem raised inside is the answer."""

    @csrf_exempt
    @login_not_required
    @sensitive_post_parameters()
    @wraps(next(iter(views.values())))
    def enter(request: HttpRequest, **given: object) -> HttpResponse:
        response = _answer(views, request, given) if settings.FRONTEGG_API else not_found().response
        response[TRACE_ID] = getattr(request, "id", "")
        return response

    return enter


def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    raise not_found()


def _answer(views: dict[str, View], request: HttpRequest, given: dict[str, object]) -> HttpResponse:
    method = "GET" if request.method == "HEAD" else request.method or ""
    if method not in views and "ANY" not in views:
        return not_allowed(views)
    return told(partial(views[method if method in views else "ANY"], request, **given), path=request.path)


def not_allowed(methods: Iterable[str]) -> HttpResponse:
    return refusal(HTTPStatus.METHOD_NOT_ALLOWED, ["Method not allowed"], headers={"Allow": ", ".join(methods)})


def told[T](view: Callable[[], T], *, path: str) -> T | HttpResponse:
    """What a view answers, or in the words of this door why it does not. Never raises."""
    try:
        return view()
    except Problem as problem:
        return problem.response
    except PermissionDenied as denied:
        refusals.write_down(denied, path=path)
        return refusal(HTTPStatus.FORBIDDEN, [str(denied)])
    except ValidationError as error:
        return refusal(HTTPStatus.BAD_REQUEST, sentences(error))
    except Http404:
        return not_found().response
    except Exception as error:  # nobody above would answer in the words of this door
        return _broken(error)


def _broken(error: Exception) -> HttpResponse:
    """Our fault. What cannot be known right now is told as such, and never as a refusal."""
    if isinstance(error, DatabaseError | InterfaceError):
        log.warning("A request could not be answered: %s", error)
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return refusal(HTTPStatus.SERVICE_UNAVAILABLE, ["Try again shortly"], headers=headers)
    log.exception("A request could not be answered.")
    return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, ["Internal server error"])
