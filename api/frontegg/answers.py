"""What this door says: JSON, and errors as `{"errors": [...]}` (api.md, section 1)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse

from audit import clock

DISABLED = "Api tokens are disabled"  # word for word: clients look for it
INVALID = "Invalid authentication"
BAD_JSON = "ER-00006"


class Problem(Exception):
    """A request is answered before its end."""

    def __init__(self, status: HTTPStatus, *texts: str, code: str = "", headers: dict[str, str] | None = None) -> None:
        self.response = refusal(status, texts, code=code, headers=headers)
        super().__init__(status)


def refusal(
    status: HTTPStatus, texts: Iterable[str], *, code: str = "", headers: dict[str, str] | None = None
) -> JsonResponse:
    body = {"errors": list(texts), **({"errorCode": code} if code else {})}
    return JsonResponse(body, status=status, headers=headers)


def answer(body: Any, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    """Bare arrays too: clients of this door expect them."""
    return JsonResponse(body, status=status, safe=False)


def created(body: Any) -> HttpResponse:
    return answer(body, HTTPStatus.CREATED)


def empty(status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    response = HttpResponse(status=status)
    del response["Content-Type"]
    return response


def too_many(wait: int) -> Problem:
    """429; `wait` in seconds. Some clients read one header, some the other."""
    until = datetime.fromtimestamp(int(clock.now().timestamp()) + wait, UTC)
    headers = {"Retry-After": str(wait), "X-Rate-Limit-Reset": moment(until)}
    return Problem(HTTPStatus.TOO_MANY_REQUESTS, "Too many wrong credentials from this address.", headers=headers)


def not_found(text: str = "Not found") -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, text)


def bad(*texts: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, *texts)


def sentences(error: ValidationError) -> list[str]:
    return list(error.messages)


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, with milliseconds as clients are used to."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
