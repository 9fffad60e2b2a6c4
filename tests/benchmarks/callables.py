"""What is measured of the portal: WSGI callables that granian serves, each in a process of its own."""

import os
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

inside_django = get_wsgi_application()

from portal.wsgi import application as portal  # noqa: E402 - it needs Django's models
from tokens import check_query, proven, secret  # noqa: E402

__all__ = ["forgetful", "inside_django", "least", "nothing", "portal"]

ANSWER = b"x" * 400
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))]


def forgetful(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Sees each token for the first time."""
    proven.forget()
    return portal(environ, start_response)


@cache
def _id(text: str) -> UUID:
    parsed = secret.parse(text)
    assert parsed
    return parsed.id


def least(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The least that an introspection can do: read a form, read both rows, answer. Nobody is checked."""
    bearer = environ["HTTP_AUTHORIZATION"].partition(" ")[2]
    token = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode().partition("=")[2]
    with check_query.read_together(_id(bearer), _id(token)):
        start_response("200 OK", HEADERS)
        return [ANSWER]


def nothing(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The least that a WSGI callable can do."""
    start_response("204 No Content", [])
    return [b""]
