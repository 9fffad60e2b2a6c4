"""From the body of a call to values: JSON that every reader understands alike, or a reason why not."""

import json
from http import HTTPStatus
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

JSON = "application/json"


class Unreadable(Exception):
    """The body is no JSON document that we read."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        self.status, self.code, self.detail = status, code, detail
        super().__init__(detail)


class StrictParser(Parser):
    """Refuses what JSON parsers disagree about: a name given twice, and numbers that JSON does not have."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Raises Unreadable. The size of a body is limited by Django, the depth by Python's own decoder."""
        return parse(request.body, request.content_type or "")


def parse(body: bytes, content_type: str) -> Any:
    """The same of a body that was read. Raises Unreadable."""
    if content_type != JSON:
        detail = f"Send the body as {JSON}."
        raise Unreadable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail)
    try:
        return json.loads(body, object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        reason = error.args[0] if isinstance(error, _Ambiguous) else "The body is not a JSON document."
        raise Unreadable(HTTPStatus.BAD_REQUEST, "malformed_json", reason) from error


class _Ambiguous(ValueError):
    pass


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Ambiguous("The body gives a name twice.")
    return found


def _no_number(text: str) -> NoReturn:
    raise _Ambiguous(f"{text} is no number in JSON.")
