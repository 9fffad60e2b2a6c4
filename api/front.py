"""Two ways to one answer for a machine: before Django, which takes longer over a request than the check, and inside.

`portal.wsgi` serves the first one; the second is for whatever else runs Django, and the tests hold them equal, byte for
byte. What the first one saves, `tests/benchmarks` measures.
"""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from api import errors, forward_auth, leases
from api.forward_answers import PREFIX, Answer
from api.frontegg import quick as frontegg
from api.oauth import quick as oauth
from audit.ids import request_id
from tokens import one_row

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

type Door = Callable[[dict[str, Any], str], Answer]

DOORS: Mapping[str, Door] = {
    **dict.fromkeys(oauth.ENDPOINTS, oauth.answer),
    **dict.fromkeys(frontegg.ENDPOINTS, frontegg.answer),
}
STATUS_LINES = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}


def in_front_of(django: "WSGIApplication") -> "WSGIApplication":
    """A callable that answers the doors it knows and leaves everything else to `django`."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        door = _door(environ["PATH_INFO"])
        if door is None:
            return django(environ, start_response)
        name = request_id()
        found = _answer(door, environ, name)
        start_response(STATUS_LINES[found.status], [*found.headers, ("X-Request-ID", name)])
        return [errors.named(found.body, name)]

    return application


def _door(path: str) -> Door | None:
    if path.startswith(PREFIX):
        return forward_auth.answer
    return DOORS.get(path)


def _answer(door: Door, environ: "WSGIEnvironment", name: str) -> Answer:
    """Behind it, what Django's signals do: a connection that broke is closed, and one of a pool mostly goes back."""
    try:
        return door(environ, name)
    finally:
        database = one_row.here()
        if database.errors_occurred or (database.close_at is not None and not leases.keeps(database)):
            close_old_connections()


class Doors:
    """The way to an answer inside Django; before the host check, as a proxy asks by an address of its own choosing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = _door(request.META["PATH_INFO"])
        return self.get_response(request) if door is None else _inside(door, request)


@csrf_exempt
@login_not_required
def inside(request: HttpRequest) -> HttpResponse:
    """For the map of addresses, which names doors that `Doors` has answered before."""
    return _inside(DOORS[request.META["PATH_INFO"]], request)


def _inside(door: Door, request: HttpRequest) -> HttpResponse:
    found = door(request.META, request.id)  # type: ignore[attr-defined]
    response = HttpResponse(found.body, status=found.status, headers=dict(found.headers))
    if not found.body:
        del response["Content-Type"]
    return response
