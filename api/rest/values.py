"""Values as they are on the wire, in both directions."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from audit.record import Ref

RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DATE_TIME = {"type": "string", "format": "date-time"}


def written(moment: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: Any) -> datetime:
    """A moment from RFC 3339 text alone: a number would be seconds to one program and milliseconds to another."""
    if not isinstance(text, str) or not RFC3339.fullmatch(text):
        raise ValueError("Write a moment like 2027-02-19T11:05:00Z.")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise ValueError("There is no such moment.") from None


def text(**about: Any) -> WithJsonSchema:
    """What the document says of a text whose limits a verb knows and explains better."""
    return WithJsonSchema({"type": "string", **about})


def one_of(words: type[StrEnum], description: str) -> WithJsonSchema:
    """A parameter that may be left out, but not sent as null: an address has no null."""
    return WithJsonSchema({"type": "string", "enum": [word.value for word in words], "description": description})


Moment = Annotated[datetime, PlainSerializer(written, return_type=str), WithJsonSchema(_DATE_TIME)]
GivenMoment = Annotated[datetime, BeforeValidator(read), WithJsonSchema(_DATE_TIME)]


class Given(BaseModel):
    """What a caller sends: a field that is not known is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def nothing() -> HttpResponse:
    """204: done, and there is nothing to tell."""
    done = HttpResponse(status=HTTPStatus.NO_CONTENT)
    del done["Content-Type"]
    return done


class Named(BaseModel):
    """A person or thing, as it is called now or was called then."""

    type: str
    id: str
    name: str

    @classmethod
    def of(cls, ref: Ref) -> "Named":
        return cls(type=ref.kind, id=ref.id, name=ref.label)
