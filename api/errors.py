"""Errors as RFC 9457 problem documents, each with a stable `code`."""

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

from accounts.access import LacksPower, PermissionDenied
from audit.ids import UNNAMED

CONTENT_TYPE = "application/problem+json"
REALM = "token-portal"

_UNNAMED = UNNAMED.encode()


def problem(status: HTTPStatus, code: str, detail: str, **more: Any) -> JsonResponse:
    """`code` is for programs and never changes, `detail` is for people and may."""
    return JsonResponse(document(status, code, detail, **more), status=status, content_type=CONTENT_TYPE)


def document(status: HTTPStatus, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The problem itself, for a door that answers without Django. Whoever sends it puts in the request: see `named`."""
    about = {"type": "about:blank", "title": status.phrase, "status": status.value, "code": code, "detail": detail}
    return {**about, **more, "request_id": UNNAMED}


def named(body: bytes, request_id: str) -> bytes:
    """The same problem with the name of its request, which X-Request-ID and the ledger have too. As long as before."""
    return body.replace(_UNNAMED, request_id.encode())


def broken(status: HTTPStatus) -> JsonResponse:
    """Our fault, not the caller's."""
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return problem(status, "unavailable", "The answer cannot be known right now. Try again shortly.")
    return problem(status, "internal_error", "Something broke on our side. Nothing was saved.")


def challenge(error: str = "", **parameters: str) -> str:
    """A `WWW-Authenticate` value (RFC 6750 section 3): without `error` when no credential came at all."""
    given = {"realm": REALM, **({"error": error} if error else {}), **parameters}
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in given.items())


def forbidden(refusal: PermissionDenied) -> JsonResponse:
    """403 with the scope that would have done (RFC 6750 section 3.1), where it is a scope that is missing."""
    if isinstance(refusal, LacksPower):
        lacking = list(refusal.powers)
        return problem(HTTPStatus.FORBIDDEN, "insufficient_rights", str(refusal), required_rights=lacking)
    if refusal.right is None:
        return problem(HTTPStatus.FORBIDDEN, "forbidden", str(refusal))
    scope = str(refusal.right)
    response = problem(HTTPStatus.FORBIDDEN, "insufficient_scope", str(refusal), required_scopes=[scope])
    response["WWW-Authenticate"] = challenge("insufficient_scope", scope=scope)
    return response


def not_found() -> JsonResponse:
    """Equal bytes for what is not there and for what is not the caller's."""
    return problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")


def not_allowed(methods: str) -> JsonResponse:
    """405; `methods` are those that would do."""
    detail = f"Use {methods} here."
    response = problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail)
    response["Allow"] = methods
    return response
