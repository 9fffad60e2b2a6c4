"""Errors as RFC 9457 problem documents, each with a stable `code`."""

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

CONTENT_TYPE = "application/problem+json"
REALM = "token-portal"


def problem(status: HTTPStatus, code: str, detail: str, **more: Any) -> JsonResponse:
    """`code` is for programs and never changes, `detail` is for people and may. The request's id is in X-Request-ID."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "code": code, "detail": detail}
    return JsonResponse({**body, **more}, status=status, content_type=CONTENT_TYPE)


def broken(status: HTTPStatus) -> JsonResponse:
    """Our fault, not the caller's."""
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return problem(status, "unavailable", "The answer cannot be known right now. Try again shortly.")
    return problem(status, "internal_error", "Something broke on our side. Nothing was saved.")


def challenge(error: str = "", **parameters: str) -> str:
    """A `WWW-Authenticate` value (RFC 6750 section 3): without `error` when no credential came at all."""
    given = {"realm": REALM, **({"error": error} if error else {}), **parameters}
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in given.items())


def not_allowed(methods: str) -> JsonResponse:
    """405; `methods` are those that would do."""
    detail = f"Use {methods} here."
    response = problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail)
    response["Allow"] = methods
    return response
