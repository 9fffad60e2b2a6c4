"""What a list of resources is asked for, by its address or by a program."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from typing import Any

from django.http import QueryDict
from django.utils.functional import SimpleLazyObject

from accounts import resources, search
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
    return page(matching(asked.q, by=by)(found), asked.cursor, size=size, strict=strict)


def matching(q: str, *, by: Actor) -> Callable[[ResourceQuerySet], list[Phase[Resource]]]:
    """Through any resources of the tenant in the order of a search: that very id, then names that begin with `q`, then
    whatever else has it in name or id. One small query for that, however many sets are gone through, and none where the
    page is full before: a word that half of them begin with costs no more than one that few do.

    One phase after another, for an index serves each; asked for together, SQLite reads every row of the tenant. What is
    too short for the index of parts is what names and ids begin with.
    """
    if not q:
        return lambda found: [Phase(found, ("name_key", "id"))]
    if len(search.fold(q)) < search.PIECE_CHARACTERS:
        return lambda found: [*_first(found, q), Phase(found.of_ids_from(q), ("external_id", "id"))]
    assert by.tenant
    holding = cache(partial(search.matching, search.Kind.RESOURCE, by.tenant.pk, q))

    def others(found: ResourceQuerySet) -> Any:
        return SimpleLazyObject(lambda: found.not_named_from(q).filter(holding()))

    return lambda found: [*_first(found, q), Phase(others(found), ("name_key", "id"))]


def _first(found: ResourceQuerySet, q: str) -> list[Phase[Resource]]:
    return [Phase(found.of_id(q), ("id",)), Phase(found.named_from(q), ("name_key", "id"))]
