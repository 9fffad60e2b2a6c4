"""What a list of resources is asked for, by its address or by a program."""

from dataclasses import dataclass
from enum import StrEnum

from django.http import QueryDict

from accounts import resources
from accounts.access import Actor
from accounts.models import Resource, ResourceQuerySet
from audit.asked import choice, words
from audit.keyset import Page, Phase, page


class State(StrEnum):
    """Which of them are shown."""

    LIVE = "live"
    ARCHIVED = "archived"
    ALL = "all"

    @property
    def label(self) -> str:
        return {"live": "In use", "archived": "Archived", "all": "All"}[self.value]


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of a list. What an address says and is not understood is as if it were not there."""

    q: str = ""
    type: str = ""
    state: State = State.LIVE
    cursor: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        return cls(
            q=words(query),
            type=query.get("type", ""),
            state=choice(query, "state", State, State.LIVE),
            cursor=query.get("cursor", ""),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.type or self.state is not State.LIVE)


def read(asked: Asked, *, by: Actor, size: int, strict: bool = False) -> Page[Resource]:
    """Page by page. `strict` raises UnknownCursor."""
    found = resources.known_to(by)
    if asked.type:
        found = found.of_types([asked.type])
    if asked.state is not State.ALL:
        found = found.live() if asked.state is State.LIVE else found.archived()
    return page(matching(found, asked.q), asked.cursor, size=size, strict=strict)


def matching(found: ResourceQuerySet, text: str) -> list[Phase[Resource]]:
    """What a search finds, and its order: that very id, then names and then ids that begin with `text`.

    One phase after another, for an index serves each; asked for together, SQLite reads every row of the tenant.
    """
    if not text:
        return [Phase(found, ("name_key", "id"))]
    return [
        Phase(found.of_id(text), ("id",)),
        Phase(found.named_from(text), ("name_key", "id")),
        Phase(found.of_ids_from(text), ("external_id", "id")),
    ]
