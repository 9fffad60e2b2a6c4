"""From the body of a request to values, or a sentence about what is wrong with it.

Names that mean nothing here are passed over: clients send more than they need.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from api import calls
from api.calls import FORM_TYPE, Call
from api.frontegg.answers import BAD_JSON, Problem, bad
from api.rest.parsing import StrictParser, Unreadable, parse
from tokens.expiry import FARTHEST_DAYS

MOST_MINUTES = FARTHEST_DAYS * 24 * 60


@dataclass(frozen=True)
class Body:
    """A JSON object, or a form with each field once. Methods raise Problem in the words of Frontegg's own checks."""

    said: dict[str, Any]

    def __contains__(self, name: str) -> bool:
        return self.said.get(name) is not None

    def text(self, name: str) -> str:
        value = self.said.get(name)
        if not isinstance(value, str):
            raise bad(f"{name} must be a string")
        if not value:
            raise bad(f"{name} should not be empty")
        return value

    def words(self, name: str) -> str:
        """Text that may be absent, null or empty."""
        value = self.said.get(name) or ""
        if not isinstance(value, str):
            raise bad(f"{name} must be a string")
        return value

    def number(self, name: str, *, least: int, most: int) -> int | None:
        value = self.said.get(name)
        if value is None:
            return None
        if type(value) is not int:  # True is an int to isinstance
            raise bad(f"{name} must be an integer number")
        if not least <= value <= most:
            raise bad(f"{name} must be from {least} to {most}")
        return value

    def minutes(self) -> int | None:
        return self.number("expiresInMinutes", least=1, most=MOST_MINUTES)

    def must_not_be_set(self, name: str) -> None:
        """For what Frontegg has and this does not: false is what it is anyway."""
        if self.said.get(name) not in (None, False):
            raise bad(f"{name} is not offered here")

    def thing(self, name: str) -> dict[str, Any]:
        value = self.said.get(name)
        if value is not None and not isinstance(value, dict):
            raise bad(f"{name} must be an object")
        return value or {}

    def ids(self, name: str) -> list[UUID]:
        """Each once, in order."""
        value = self.said.get(name) or []
        if not isinstance(value, list):
            raise bad(f"{name} must be an array")
        return list(dict.fromkeys(_uuid(name, each) for each in value))


def read(request: HttpRequest) -> Body:
    """The body as an object; no body at all is an empty one."""
    return _object(_json(request))


def read_call(call: Call, *, forms: bool = False) -> Body:
    """The same of a request that Django has not seen, and a form where that will do too."""
    kind = calls.kind_of_body(call)
    try:
        if forms and kind == FORM_TYPE:
            return _fields(calls.form_of(call))
        body = calls.body_of(call)
        return _object(parse(body, kind) if body else {})
    except (Unreadable, ValueError, OSError):
        raise _unreadable() from None


def read_list(request: HttpRequest) -> list[Body]:
    said = _json(request)
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise bad("The body must be an array of objects")
    return [Body(each) for each in said]


def _json(request: HttpRequest) -> Any:
    try:
        return StrictParser().parse_body(request) if request.body else {}
    except (Unreadable, SuspiciousOperation, BadRequest, UnreadablePostError):
        raise _unreadable() from None


def _object(said: object) -> Body:
    if not isinstance(said, dict):
        raise _unreadable()
    return Body(said)


def _fields(sent: list[tuple[str, str]]) -> Body:
    form = dict(sent)
    if len(form) < len(sent):
        raise bad("A field stands twice")
    return Body(form)


def _unreadable() -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "Invalid input json", code=BAD_JSON)


def _uuid(name: str, value: object) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise bad(f"each value in {name} must be a UUID") from None
