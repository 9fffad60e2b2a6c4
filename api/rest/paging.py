"""Lists: page by page with a cursor, and with filters that are known."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

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


class Parameters(BaseModel):
    """What an address may say after its question mark: these, each once, and nothing else."""

    @model_validator(mode="before")
    @classmethod
    def _know_them_all(cls, data: Any, info: ValidationInfo) -> Any:
        request: HttpRequest = (info.context or {})["request"]
        know_them_all(request, set(cls.model_fields))
        return data


class Paged(Parameters):
    """The parameters of every list."""

    cursor: Cursor = ""
    limit: Limit = PAGE_SIZE


def know_them_all(request: HttpRequest, known: set[str]) -> None:
    """Refuses a parameter that is not known, for a misspelt filter would mean everything, and one that comes twice."""
    wrong = dict.fromkeys(set(request.GET) - known, "There is no such parameter.")
    wrong |= {name: "Send this once." for name, texts in request.GET.lists() if name in known and len(texts) > 1}
    if wrong:
        raise ValidationError([{"loc": ("query", name), "msg": text} for name, text in sorted(wrong.items())])


def without_filters[**P, Answer](operation: Callable[P, Answer]) -> Callable[P, Answer]:
    """What says nothing of parameters takes none at all."""

    @wraps(operation)
    def strict(*args: P.args, **given: P.kwargs) -> Answer:
        request, *_ = args
        if not any(isinstance(one, Parameters) for one in given.values()):
            assert isinstance(request, HttpRequest)
            know_them_all(request, set())
        return operation(*args, **given)

    return strict


class Page[Item: BaseModel](BaseModel):
    """`next` is the cursor of the page after this one; null on the last."""

    items: list[Item]
    next: str | None
