"""What is measured against each other: WSGI callables that granian serves, each in a process of its own."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.core.wsgi import get_wsgi_application

from portal import server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

inside_django = get_wsgi_application()

from portal.wsgi import application as in_front_of_django  # noqa: E402 - it needs Django's models

__all__ = ["in_front_of_django", "inside_django", "nothing"]

server.end_with_the_server()


def nothing(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The least that a WSGI callable can do."""
    start_response("204 No Content", [])
    return [b""]
