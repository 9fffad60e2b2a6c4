"""A request as it came, for the doors that answer before Django, and what each of them does around its answer.

Django's own request takes longer to make than a token to check.
"""

import json
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpResponse

from accounts.origin import origin_of
from api import errors
from api.forward_answers import NO_STORE, NOSNIFF, Answer
from tokens import leaks

FORM_TYPE = "application/x-www-form-urlencoded"


class Call:
    __slots__ = ("META", "id")

    def __init__(self, environ: dict[str, Any], request_id: str) -> None:
        self.META, self.id = environ, request_id


def kind_of_body(call: Call) -> str:
    """Its media type in small letters, without parameters."""
    kind: str = call.META.get("CONTENT_TYPE", "")
    return kind.partition(";")[0].strip().lower()


def body_of(call: Call) -> bytes:
    """Raises ValueError for one that is too long, OSError for one that breaks off."""
    length = call.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise ValueError("too long")
    body: bytes = call.META["wsgi.input"].read(int(length))
    return body


def form_of(call: Call) -> list[tuple[str, str]]:
    """The fields of a form in their order, empty ones too. Raises ValueError and OSError."""
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    return parse_qsl(body_of(call).decode(), keep_blank_values=True, max_num_fields=most)


def leaked(call: Call) -> HttpResponse | None:
    """A token in the address is refused and noted, as `portal.middleware.LeakGuard` does."""
    if leaks.in_address(call.META.get("QUERY_STRING", ""), partial(origin_of, call)):
        return errors.problem(HTTPStatus.BAD_REQUEST, "bad_request", "The request could not be understood.")
    return None


def said(body: dict[str, Any], *more: tuple[str, str]) -> Answer:
    """200 with JSON that nobody stores."""
    written = json.dumps(body).encode()
    about = ("Content-Type", "application/json"), ("Content-Length", str(len(written)))
    return Answer(HTTPStatus.OK, (*about, NO_STORE, *more, NOSNIFF), written)


def plain(response: HttpResponse) -> Answer:
    """Nothing is stored, whatever it is; all of these are short."""
    response.headers.setdefault("Cache-Control", "no-store")
    told = *response.items(), NOSNIFF, ("Content-Length", str(len(response.content)))
    return Answer(HTTPStatus(response.status_code), told, response.content)
