"""What is measured of the portal: WSGI callables that granian serves, each in a process of its own."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

inside_django = get_wsgi_application()

from portal.wsgi import application as portal  # noqa: E402 - it needs Django's models
from tokens import proven  # noqa: E402

__all__ = ["forgetful", "inside_django", "nothing", "portal"]


def forgetful(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Sees each token for the first time."""
    proven.forget()
    return portal(environ, start_response)


def nothing(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The least that a WSGI callable can do."""
    start_response("204 No Content", [])
    return [b""]
