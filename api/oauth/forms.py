"""How a request comes in: a form and nothing else, each parameter once (RFC 6749 section 3.2)."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from api import errors
from api.oauth.answers import INVALID_REQUEST, Problem, bad

FORM_TYPE = "application/x-www-form-urlencoded"

type Form = dict[str, str]
type Endpoint = Callable[[HttpRequest, Form], HttpResponse]


def endpoint(view: Endpoint) -> Callable[[HttpRequest], HttpResponse]:
    """A machine's door: POST alone, cookies not looked at, a Problem raised inside is its answer."""

    @csrf_exempt
    @login_not_required
    @sensitive_post_parameters()
    @wraps(view)
    def door(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return errors.not_allowed("POST")
        try:
            return view(request, read(request))
        except Problem as problem:
            return problem.response

    return door


def read(request: HttpRequest) -> Form:
    """The parameters that have a value. One without is as if it were not there; one that stands twice is refused."""
    if request.content_type != FORM_TYPE:
        raise bad(INVALID_REQUEST, f"Send a form: Content-Type: {FORM_TYPE}.")
    try:
        sent = request.POST
    except (SuspiciousOperation, BadRequest, UnreadablePostError):
        raise bad(INVALID_REQUEST, "The form is too long or cannot be read.") from None
    if any(len(values) > 1 for _, values in sent.lists()):
        raise bad(INVALID_REQUEST, "A parameter stands twice.")
    return {name: value for name, value in sent.items() if isinstance(value, str) and value}


def required(form: Form, name: str) -> str:
    if name not in form:
        raise bad(INVALID_REQUEST, f"The parameter {name} is missing.")
    return form[name]
