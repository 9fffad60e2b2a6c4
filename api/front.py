"""Two ways to the same answer for a proxy: before Django, which takes longer over a request than the check, and inside.

`portal.wsgi` serves the first one; the second is for whatever else runs Django, and the tests hold them equal, byte for
byte. What the first one saves, `tests/benchmarks` measures.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from api import forward_auth
from api.forward_answers import PREFIX, Answer
from audit.ids import request_id

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

STATUS_LINES = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}


def in_front_of(django: "WSGIApplication") -> "WSGIApplication":
    """A callable that answers what is below PREFIX and leaves everything else to `django`."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(PREFIX):
            return django(environ, start_response)
        name = request_id()
        found = _answer(environ, name)
        start_response(STATUS_LINES[found.status], [*found.headers, ("X-Request-ID", name)])
        return [found.body]

    return application


def _answer(environ: "WSGIEnvironment", name: str) -> Answer:
    """Behind it, what Django's signals do around a request: a connection that broke or became too old is closed, and one
    of a pool goes back."""
    try:
        return forward_auth.answer(environ, name)
    finally:
        close_old_connections()


class ForwardAuth:
    """The way to an answer inside Django; before the host check, as a proxy asks by an address of its own choosing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        found = forward_auth.answer(request.META, request.id)  # type: ignore[attr-defined]
        response = HttpResponse(found.body, status=found.status, headers=dict(found.headers))
        if not found.body:
            del response["Content-Type"]
        return response
