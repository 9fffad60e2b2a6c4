"""Lists: page by page with a cursor, and with filters that are known."""

from typing import Annotated, Any, Self

from django.http import HttpRequest
from ninja.errors import ValidationError
from pydantic import BaseModel, Field, ValidationInfo, model_validator

PAGE_SIZE = 50
LONGEST_PAGE = 200
CURSOR_CHARACTERS = 1000
WITHOUT_NUL = r"^[^\x00]*$"  # which is refused before anything is read


def words(characters: int, description: str) -> Any:
    """A parameter that takes any text, up to a length."""
    return Field(max_length=characters, pattern=WITHOUT_NUL, description=description)


Cursor = Annotated[str, words(CURSOR_CHARACTERS, "`next` of the page before.")]
Limit = Annotated[int, Field(ge=1, le=LONGEST_PAGE, description="Entries on one page.")]


class Paged(BaseModel):
    """The parameters of every list. One that is not known is refused: a misspelt filter would mean everything."""

    cursor: Cursor = ""
    limit: Limit = PAGE_SIZE

    @model_validator(mode="before")
    @classmethod
    def _know_them_all(cls, data: Any, info: ValidationInfo) -> Any:
        request: HttpRequest = (info.context or {})["request"]
        unknown = sorted(set(request.GET) - set(cls.model_fields))
        if unknown:
            raise ValidationError([{"loc": ("query", name), "msg": "There is no such parameter."} for name in unknown])
        return data


class Page[Item: BaseModel](BaseModel):
    """`next` is the cursor of the page after this one; null on the last."""

    items: list[Item]
    next: str | None

    @classmethod
    def whole(cls, items: list[Item]) -> Self:
        """A list that always fits on one page."""
        return cls(items=items, next=None)
