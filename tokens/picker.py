"""The scope picker: what of the catalogue can be chosen, as rows of one control each, and back to grants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accounts.catalogue import Action, Area, Boundary, Catalogue, Resource
from accounts.grants import LEVELS, Grant, GrantError, Grants

LEVEL_FIELD = "scope:"
EXTRA_FIELD = "extra:"
NONE = "none"
FIELDS_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Option:
    """A radio button (a level) or a tick box (an action that stands alone)."""

    value: str
    label: str
    hint: str
    chosen: bool
    available: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One resource within one boundary. `place` is its name on the wire: "shared/inboxes"."""

    place: str
    name: str
    boundary: str
    description: str
    levels: list[Option]
    extras: list[Option]

    @property
    def id(self) -> str:
        return self.place.replace("/", "-")

    @property
    def is_chosen(self) -> bool:
        return any(option.chosen for option in [*self.levels[1:], *self.extras])

    @property
    def is_available(self) -> bool:
        return any(option.available for option in [*self.levels[1:], *self.extras])


@dataclass(frozen=True, slots=True)
class Group:
    """An area with its rows."""

    key: str
    name: str
    rows: list[Row]

    @property
    def chosen(self) -> int:
        return sum(row.is_chosen for row in self.rows)


def groups(catalogue: Catalogue, *, chosen: Grants, available: Grants) -> list[Group]:
    """Every area of the catalogue; what `available` does not cover is shown but cannot be chosen."""
    return [
        Group(area.key, area.name, [_row(one, edge, chosen, available) for one, edge in _places(area)])
        for area in catalogue.areas
    ]


def chosen_in(data: Mapping[str, str]) -> Grants:
    """The grants that a submitted picker means. Raises GrantError for a field that no picker has."""
    found = []
    for field in list(data)[:FIELDS_LIMIT]:
        prefix = next((one for one in (LEVEL_FIELD, EXTRA_FIELD) if field.startswith(one)), None)
        if prefix == LEVEL_FIELD and data[field] != NONE:
            found.append(Grant.parse(f"{field.removeprefix(prefix)}:{data[field]}"))
        elif prefix == EXTRA_FIELD:
            found.append(Grant.parse(field.removeprefix(prefix)))
    return Grants(found)


def chosen_or_nothing(data: Mapping[str, str]) -> Grants:
    """The same for a preview, which has no errors to show."""
    try:
        return chosen_in(data)
    except GrantError:
        return Grants()


def _places(area: Area) -> Iterator[tuple[Resource, Boundary | None]]:
    for resource in area.resources:
        for boundary in resource.boundaries or [None]:
            yield resource, boundary


def _row(resource: Resource, edge: Boundary | None, chosen: Grants, available: Grants) -> Row:
    boundary = edge.key if edge else ""
    place = f"{boundary}/{resource.key}" if boundary else resource.key

    def option(action: Action, value: str) -> Option:
        grant = Grant(resource.key, action.key, boundary)
        return Option(value, action.name, action.description, grant in set(chosen), available.covers(grant))

    levels = [option(action, action.key) for action in resource.levels]
    none = Option(NONE, "None", "", not any(level.chosen for level in levels), True)
    extras = [option(action, f"{place}:{action.key}") for action in resource.alone]
    name = f"{edge.name} {resource.name[0].lower()}{resource.name[1:]}" if edge else resource.name
    return Row(place, name, boundary, resource.description, [none, *levels] if levels else [], extras)


def is_write(grant: Grant) -> bool:
    """Whether a grant changes something: anything but the lowest level."""
    return grant.action != LEVELS[0]
