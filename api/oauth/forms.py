"""How a request comes in: a form and nothing else, each parameter once (RFC 6749 section 3.2)."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpResponse

from api import errors
from api.forward_answers import Answer
from api.oauth.answers import INVALID_REQUEST, Problem, bad

FORM_TYPE = "application/x-www-form-urlencoded"
UNREADABLE = "The form is too long or cannot be read."

type Form = dict[str, str]


class Call:
    """A request as it came. Django's own takes longer to make than a token to check."""

    __slots__ = ("META", "id")

    def __init__(self, environ: dict[str, Any], request_id: str) -> None:
        self.META, self.id = environ, request_id


type Endpoint = Callable[[Call, Form], Answer]


def endpoint(view: Endpoint) -> Callable[[Call], Answer | HttpResponse]:
    """A machine's door: POST alone, cookies not looked at, a Problem raised inside is its answer."""

    @wraps(view)
    def door(call: Call) -> Answer | HttpResponse:
        if call.META["REQUEST_METHOD"] != "POST":
            return errors.not_allowed("POST")
        try:
            return view(call, read(call.META))
        except Problem as problem:
            return problem.response

    return door


def read(environ: dict[str, Any]) -> Form:
    """The parameters that have a value. One without is as if it were not there; one that stands twice is refused."""
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise bad(INVALID_REQUEST, f"Send a form: Content-Type: {FORM_TYPE}.")
    try:
        most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        sent = parse_qsl(_body(environ).decode(), keep_blank_values=True, max_num_fields=most)
    except (ValueError, OSError):
        raise bad(INVALID_REQUEST, UNREADABLE) from None
    form = dict(sent)
    if len(form) < len(sent):
        raise bad(INVALID_REQUEST, "A parameter stands twice.")
    return {name: value for name, value in form.items() if value}


def required(form: Form, name: str) -> str:
    if name not in form:
        raise bad(INVALID_REQUEST, f"The parameter {name} is missing.")
    return form[name]


def _body(environ: dict[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise ValueError("too long")
    body: bytes = environ["wsgi.input"].read(int(length))
    return body
