"""Custom permissions: single rights on single targets, collected row by row. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accounts.catalogue import Action, Catalogue, Resource
from accounts.grants import SCOPE_LIMIT, Grant, Grants, covers

type Rows = tuple[Grant, ...]
"""What was added, in that order. No row covers another, so together they are equal to `Grants(rows)`."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What the section of the form says now, before anything of it is judged."""

    rows: Rows = ()
    place: str = ""
    sought: str = ""
    target: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a row came to: `covered_by` a row that was there, or in, instead of those that it has `replaced`."""

    rows: Rows
    covered_by: Grant | None = None
    replaced: Rows = ()
    is_too_long: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A resource within a boundary: the first of the three lists. `key` is written like `shared/inboxes`."""

    resource: Resource
    boundary: str
    name: str

    @property
    def key(self) -> str:
        return f"{self.boundary}/{self.resource.key}" if self.boundary else self.resource.key

    def grant(self, action: str, target_type: str = "", target_id: str = "") -> Grant:
        return Grant(self.resource.key, action, self.boundary, target_type, target_id)


def add(rows: Rows, grant: Grant) -> Added:
    """One more row. Whichever way round rows are added, they come to the same rights."""
    if covering := next((row for row in rows if covers(row, grant)), None):
        return Added(rows, covered_by=covering)
    replaced = tuple(row for row in rows if covers(grant, row))
    longer = (*(row for row in rows if row not in replaced), grant)
    if size(longer) > SCOPE_LIMIT:
        return Added(rows, is_too_long=True)
    return Added(longer, replaced=replaced)


def rows_of(grants: Iterable[Grant]) -> Rows:
    """As if they had been added one by one; what the limit has no room for is left out."""
    rows: Rows = ()
    for grant in grants:
        rows = add(rows, grant).rows
    return rows


def size(rows: Rows) -> int:
    """Bytes of the scope that rows make."""
    return sum(len(str(row)) + 1 for row in rows) - 1 if rows else 0


def places(catalogue: Catalogue, available: Grants) -> dict[str, list[Place]]:
    """Where there is something to give, by the name of its area, in the order of the catalogue."""
    held = {grant.place for grant in available}
    found = {
        area.name: [one for resource in area.resources for one in places_of(resource) if _at(one) in held]
        for area in catalogue.areas
    }
    return {area: some for area, some in found.items() if some}


def actions(place: Place, available: Grants) -> list[Action]:
    """What may be done there, on one target at least."""
    return [
        one
        for one in place.resource.actions
        if any(covers(held, place.grant(one.key, *held.target)) for held in available if held.place == _at(place))
    ]


def targets(place: Place, available: Grants) -> set[tuple[str, str]]:
    """The only targets on which something may be given; none when every target will do."""
    here = [grant for grant in available if grant.place == _at(place)]
    return set() if any(not grant.target_type for grant in here) else {grant.target for grant in here}


def places_of(resource: Resource) -> Iterator[Place]:
    """One, or one for each of its boundaries."""
    if not resource.boundaries:
        yield Place(resource, "", resource.name)
    for boundary in resource.boundaries:
        yield Place(resource, boundary.key, f"{boundary.name} {resource.name[0].lower()}{resource.name[1:]}")


def _at(place: Place) -> tuple[str, str]:
    return place.boundary, place.resource.key
