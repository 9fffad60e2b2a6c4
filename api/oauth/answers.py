"""What the OAuth endpoints say: JSON that is never stored, and the errors of RFC 6749 section 5.2."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse

from api import errors
from api.calls import said
from api.forward_answers import NO_STORE, Answer

INVALID_REQUEST = "invalid_request"
INVALID_CLIENT = "invalid_client"
INVALID_SCOPE = "invalid_scope"
UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
NO_CACHE = ("Pragma", "no-cache")  # RFC 6749 section 5.1 asks for both
BASIC = f'Basic realm="{errors.REALM}"'


class Problem(Exception):
    """A request is answered before its end."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__(response.status_code)


def answer(body: dict[str, Any]) -> Answer:
    return said(body, NO_CACHE)


def bad(code: str, description: str) -> Problem:
    """400. `description` is printable ASCII without quotation marks: clients show it as it is."""
    return Problem(_error(HTTPStatus.BAD_REQUEST, code, description))


def unknown_client(description: str) -> Problem:
    """401, with the one scheme that would have done."""
    response = _error(HTTPStatus.UNAUTHORIZED, INVALID_CLIENT, description)
    response["WWW-Authenticate"] = BASIC
    return Problem(response)


def too_many(wait: int) -> Problem:
    """429; `wait` in seconds."""
    description = "Too many wrong secrets from this address."
    response = _error(HTTPStatus.TOO_MANY_REQUESTS, INVALID_CLIENT, description)
    response["Retry-After"] = str(wait)
    return Problem(response)


def _error(status: HTTPStatus, code: str, description: str) -> JsonResponse:
    told = {"error": code, "error_description": description}
    return JsonResponse(told, status=status, headers=dict([NO_STORE, NO_CACHE]))
