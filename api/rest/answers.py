"""What is answered when something is wrong: every kind of error once, as a problem document with a stable code."""

from functools import singledispatch
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import HttpError
from ninja.errors import ValidationError as ShapeError

from accounts import refusals
from accounts.access import PermissionDenied
from accounts.grants import GrantError
from accounts.invitations import SentTooOften
from api import errors
from api.rest.door import Answered
from api.rest.parsing import Unreadable
from audit.keyset import UnknownCursor

# What a verb calls a field of its form, where the API calls it otherwise.
FIELDS = {
    "scopes": "scope",
    "expires": "expires_at",
    "subject": "service_user_id",
    "member": "member_id",
    "responsible": "responsible_id",
    "heir": "heir_id",
    "grants": "scope",
    "role": "role_id",
    "role_key": "role",
    "managers": "manager_ids",
    NON_FIELD_ERRORS: "",
}

PREFIX = "Value error, "  # what pydantic puts before a sentence of ours

type Problem = dict[str, str]


@singledispatch
def answer(error: Exception, request: HttpRequest) -> HttpResponse:
    """Raises what is nobody's mistake but ours: Django answers those, see portal.failures."""
    raise error


@answer.register
def _(error: Answered, request: HttpRequest) -> HttpResponse:
    return error.response


@answer.register
def _(error: Http404, request: HttpRequest) -> HttpResponse:
    return errors.not_found()


@answer.register
def _(error: PermissionDenied, request: HttpRequest) -> HttpResponse:
    refusals.write_down(error, path=request.path)
    return errors.forbidden(error)


@answer.register
def _(error: RequestDataTooBig, request: HttpRequest) -> HttpResponse:
    detail = "The body is longer than 64 KiB."
    return errors.problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", detail)


@answer.register
def _(error: HttpError, request: HttpRequest) -> HttpResponse:
    """Ninja wraps whatever a parser raises."""
    cause = error.__cause__
    if isinstance(cause, Unreadable):
        return errors.problem(cause.status, cause.code, cause.detail)
    raise error


@answer.register
def _(error: ShapeError, request: HttpRequest) -> HttpResponse:
    """What came has another shape than the document says. An id that is none is the id of nothing."""
    if any(one["loc"][0] == "path" for one in error.errors):
        return errors.not_found()
    return _invalid([{"field": _place(one["loc"]), "message": one["msg"].removeprefix(PREFIX)} for one in error.errors])


@answer.register
def _(error: ValidationError, request: HttpRequest) -> HttpResponse:
    """What a verb objects to."""
    if error.__dict__.get("code") == "idempotency_key_reused":
        detail = "This Idempotency-Key was sent with another request. Take a new one for each token."
        return errors.problem(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return _invalid(
        [{"field": FIELDS.get(name, name), "message": text} for name, texts in by_field.items() for text in texts]
    )


@answer.register
def _(error: SentTooOften, request: HttpRequest) -> HttpResponse:
    response = errors.problem(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", error.messages[0])
    response["Retry-After"] = str(error.seconds)
    return response


@answer.register
def _(error: GrantError, request: HttpRequest) -> HttpResponse:
    return _invalid([{"field": "scope", "message": str(error)}])


@answer.register
def _(error: UnknownCursor, request: HttpRequest) -> HttpResponse:
    return _invalid([{"field": "cursor", "message": str(error)}])


def _invalid(found: list[Problem]) -> HttpResponse:
    detail = "The request is understood, but not everything in it is right: see errors."
    return errors.problem(HTTPStatus.UNPROCESSABLE_ENTITY, "validation_error", detail, errors=found)


def _place(loc: tuple[Any, ...]) -> str:
    """("body", "draft", "networks", 0) is `networks.0`: what our parameter is called is nobody's business."""
    source, *inside = loc
    return ".".join(map(str, inside[1:] if source == "body" else inside))
