"""The WSGI callable that a server runs."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from portal import bodies, server

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_django = get_wsgi_application()

from api import front  # noqa: E402 - it needs the models, which are there only now

_answers = front.in_front_of(_django)
_scheme = urlsplit(settings.PUBLIC_ORIGIN).scheme
server.hear_the_end_once()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Both are told the scheme of PUBLIC_ORIGIN: a setting says it, not a header that any visitor may send."""
    environ["wsgi.url_scheme"] = _scheme
    bodies.measure(environ)
    return _answers(environ, start_response)
