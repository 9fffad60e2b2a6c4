"""What a list of resources is asked for, by its address or by a program."""

from dataclasses import dataclass
from enum import StrEnum

from django.http import QueryDict

from accounts import resources
from accounts.access import Actor
from accounts.models import Resource, ResourceQuerySet
from audit.keyset import Page, Phase, page

SEARCH_CHARACTERS = 100


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
        state = query.get("state", "")
        return cls(
            q=query.get("q", "").strip()[:SEARCH_CHARACTERS],
            type=query.get("type", ""),
            state=State(state) if state in set(State) else State.LIVE,
            cursor=query.get("cursor", ""),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.type or self.state is not State.LIVE)


def read(asked: Asked, *, by: Actor, size: int, strict: bool = False) -> Page[Resource]:
    """By name, page by page. `strict` raises UnknownCursor."""
    found = _filtered(resources.known_to(by), asked)
    return page([Phase(found, ("name_key", "id"))], asked.cursor, size=size, strict=strict)


def _filtered(found: ResourceQuerySet, asked: Asked) -> ResourceQuerySet:
    if asked.type:
        found = found.of_types([asked.type])
    if asked.state is not State.ALL:
        found = found.live() if asked.state is State.LIVE else found.archived()
    return found.matching(asked.q) if asked.q else found
