"""Request bodies that came in chunks (RFC 9112 section 7.1), which say no length before they end.

Django and the doors before it read as much as CONTENT_LENGTH says; without one they would take such a body for none,
and a call that limits what it asks for would get the unlimited.
"""

from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment


def measure(environ: "WSGIEnvironment") -> None:
    """Give a body in chunks its length; of one that is too long no more is read than shows that it is.

    A server that ends the input where the body ends says so, `wsgi.input_terminated`.
    """
    if environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" not in environ:
        return
    if environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(len(body)), BytesIO(body)
