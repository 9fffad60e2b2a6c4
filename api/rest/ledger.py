"""The tenant's audit log."""

from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router
from pydantic import BaseModel

from accounts import ledger
from accounts.access import LEDGER_READ
from accounts.ledger import Asked, Period
from api.rest.door import BearerToken, Call, actor_of
from api.rest.paging import Page, Paged, words
from api.rest.values import Moment, Named, one_of
from audit.actions import Topic
from audit.asked import SEARCH_CHARACTERS
from audit.models import Event as Line

router = Router(tags=["ledger"])

ID_CHARACTERS = 36


class Filters(Paged):
    """The audit log page's."""

    q: Annotated[str, words(SEARCH_CHARACTERS, "Text in names, ids, addresses.")] = ""
    topic: Annotated[Topic | None, one_of(Topic, "What it is about.")] = None
    period: Annotated[Period | None, one_of(Period, "How far back.")] = None
    actor: Annotated[str, words(ID_CHARACTERS, "The id of who did it.")] = ""
    about: Annotated[str, words(ID_CHARACTERS, "The id of what it was done to.")] = ""


class Event(BaseModel):
    """`action` is stable, `sentence` is for people. Floods are summed: `count` times in one minute."""

    id: UUID
    at: Moment
    action: str
    sentence: str
    actor: Named
    target: Named | None
    address: str
    client: str
    request_id: str
    detail: dict[str, Any]
    count: int

    @classmethod
    def of(cls, line: Line) -> "Event":
        target = Named(type=line.target_kind, id=line.target_id, name=line.target_label)
        return cls(
            id=line.pk,
            at=line.at,
            action=line.action,
            sentence=line.sentence,
            actor=Named(type=line.actor_kind, id=line.actor_id, name=line.actor_label),
            target=target if line.target_kind else None,
            address=line.address,
            client=line.client,
            request_id=line.request_id,
            detail=line.detail,
            count=line.count,
        )


@router.get(
    "/ledger", operation_id="listEvents", auth=BearerToken(LEDGER_READ), response=Page[Event], summary="Read the ledger"
)
def index(request: Call, asked: Query[Filters]) -> Page[Event]:
    """Who did what, newest first."""
    wanted = Asked(asked.q.strip(), asked.topic, asked.period, asked.actor, asked.about, asked.cursor)
    found = ledger.read(actor_of(request), wanted, size=asked.limit, strict=True)
    return Page(items=[Event.of(line) for line in found], next=found.next)
