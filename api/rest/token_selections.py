"""Several tokens at once, chosen as the list chooses them."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.rest.paging import words
from api.rest.token_shapes import SUBJECT, WHOSE, Reason
from api.rest.values import Given, GivenMoment
from audit.asked import SEARCH_CHARACTERS
from tokens.asking import Asked, Segment
from tokens.kinds import Kind
from tokens.lifecycle import BULK_LIMIT
from tokens.selecting import Selection


class Selected(Given):
    """The list's filters, and `issued_before`; without any, all of the tenant's that run.

    `expected` is the number that was answered without it.
    """

    q: Annotated[str, words(SEARCH_CHARACTERS, "Text in name or subject, or an id's end.")] = ""
    status: Segment = Segment.ALL
    kind: Kind | None = None
    subject: Annotated[str, Field(pattern=f"{SUBJECT}|^$", description=WHOSE)] = ""
    scope: Annotated[str, words(SEARCH_CHARACTERS, "A resource, like `assets`.")] = ""
    issued_before: GivenMoment | None = None
    expected: Annotated[int, Field(strict=True, ge=0, le=BULK_LIMIT)] | None = None
    reason: Reason = ""

    @property
    def selection(self) -> Selection:
        asked = Asked(q=self.q, segment=self.status, kind=self.kind, subject=self.subject, scope=self.scope)
        return Selection(asked, self.issued_before)


class Revoked(BaseModel):
    """`more`: beyond what one request revokes."""

    matched: int
    revoked: int
    more: bool
