"""What a change would do to live tokens, on the wire."""

from uuid import UUID

from pydantic import BaseModel

from api.rest.values import Moment, Named
from tokens import foresight
from tokens.foresight import Asks, Why


class Effect(BaseModel):
    """`why` is `scopes` where the token goes on without those in `loses`; for every other reason it stops at `at`."""

    id: UUID
    name: str
    subject: Named
    why: Why
    at: Moment
    loses: str

    @classmethod
    def of(cls, one: foresight.Effect) -> "Effect":
        token = one.token
        return cls(
            id=token.pk, name=token.name, subject=Named.of(token.subject), why=one.why, at=one.at, loses=str(one.loses)
        )


class Preview(BaseModel):
    """`count` is exact up to 1,000; where `more` is true there are others. `next` is the cursor of the next page."""

    count: int
    more: bool
    items: list[Effect]
    next: str | None

    @classmethod
    def of(cls, question: Asks, cursor: str, size: int) -> "Preview":
        seen, shown = foresight.foresee(question), foresight.read(question, cursor, size=size, strict=True)
        items = [Effect.of(one) for one in shown.effects]
        return cls(count=len(seen.effects), more=seen.more, items=items, next=shown.next)
