"""How a request comes in: a form and nothing else, each parameter once (RFC 6749 section 3.2)."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse

from api import calls, errors
from api.calls import FORM_TYPE, Call
from api.forward_answers import Answer
from api.oauth.answers import INVALID_REQUEST, Problem, bad

UNREADABLE = "The form is too long or cannot be read."

type Form = dict[str, str]
type Endpoint = Callable[[Call, Form], Answer]


def endpoint(view: Endpoint) -> Callable[[Call], Answer | HttpResponse]:
    """A machine's door: POST alone, cookies not looked at, a Problem raised inside is its answer."""

    @wraps(view)
    def door(call: Call) -> Answer | HttpResponse:
        if call.META["REQUEST_METHOD"] != "POST":
            return errors.not_allowed("POST")
        try:
            return view(call, read(call))
        except Problem as problem:
            return problem.response

    return door


def read(call: Call) -> Form:
    """The parameters that have a value. One without is as if it were not there; one that stands twice is refused."""
    if calls.kind_of_body(call) != FORM_TYPE:
        raise bad(INVALID_REQUEST, f"Send a form: Content-Type: {FORM_TYPE}.")
    try:
        sent = calls.form_of(call)
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
