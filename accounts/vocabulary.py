"""The nouns of the catalogue: areas, resources, actions and what is made of them.

Plain values, without the file they come from (`catalogue`) and the sentences about them (`words`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from accounts.grants import LEVELS, Grant, Grants


class Risk(IntEnum):
    """How much harm a right can do in wrong hands; ordered."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """As the file writes it: low, medium, high."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Action:
    """What may be done with a resource. `verb` starts a sentence; `note` ends it, if not empty."""

    key: str
    name: str
    verb: str
    description: str
    risk: Risk
    note: str

    @property
    def is_level(self) -> bool:
        """Whether it is on the ladder; otherwise it stands alone."""
        return self.key in LEVELS


@dataclass(frozen=True, slots=True)
class Boundary:
    """Whose things a right is about: "shared" in `shared/inboxes:read`."""

    key: str
    name: str
    adjective: str
    description: str


@dataclass(frozen=True, slots=True)
class TargetType:
    """A kind of thing a right can be limited to: "group" in `devices:read@group=eu-1`."""

    key: str
    name: str
    plural: str
    preposition: str


@dataclass(frozen=True, slots=True)
class Resource:
    """What rights are about. `unit` is a noun phrase: "projects", "the audit log"."""

    key: str
    area: str
    name: str
    description: str
    unit: str
    actions: tuple[Action, ...]
    boundaries: tuple[Boundary, ...]
    targets: tuple[TargetType, ...]

    def action(self, key: str) -> Action | None:
        """The action of that key, if it is offered."""
        return next((action for action in self.actions if action.key == key), None)

    def boundary(self, key: str) -> Boundary | None:
        """The boundary of that key, if it is offered."""
        return next((boundary for boundary in self.boundaries if boundary.key == key), None)

    def target(self, key: str) -> TargetType | None:
        """The target type of that key, if it is offered."""
        return next((target for target in self.targets if target.key == key), None)

    @property
    def levels(self) -> tuple[Action, ...]:
        """The actions of the ladder, lowest first: one control on the form."""
        return tuple(action for key in LEVELS if (action := self.action(key)))

    @property
    def alone(self) -> tuple[Action, ...]:
        """The actions beside the ladder: a tick box each."""
        return tuple(action for action in self.actions if not action.is_level)

    def grants(self, action: Action) -> list[Grant]:
        """The untargeted grants of an action: one for each boundary, or the one without."""
        keys = [boundary.key for boundary in self.boundaries] or [""]
        return [Grant(self.key, action.key, boundary) for boundary in keys]


@dataclass(frozen=True, slots=True)
class Area:
    """A heading with its resources, in the order of the file."""

    key: str
    name: str
    description: str
    resources: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Preset:
    """A named choice on the form; only its grants are ever stored."""

    key: str
    name: str
    description: str
    grants: Grants


@dataclass(frozen=True, slots=True)
class BuiltinRole:
    """A role that every tenant has: owner, admin, developer, viewer."""

    key: str
    name: str
    description: str
    grants: Grants


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything there is to have rights on, in the order of the file."""

    areas: tuple[Area, ...]
    presets: tuple[Preset, ...] = ()
    roles: tuple[BuiltinRole, ...] = ()

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources of all areas."""
        return tuple(resource for area in self.areas for resource in area.resources)

    @property
    def everything(self) -> Grants:
        """Every right there is."""
        pairs = [(resource, action) for resource in self.resources for action in resource.actions]
        return Grants(grant for resource, action in pairs for grant in resource.grants(action))

    def resource(self, key: str) -> Resource | None:
        """The resource of that key; None for what is not, or no longer, offered."""
        return next((resource for resource in self.resources if resource.key == key), None)

    def area_of(self, resource: str) -> Area | None:
        """The area of the resource of that key, if it is offered."""
        found = self.resource(resource)
        return next((area for area in self.areas if found and area.key == found.area), None)

    def action_of(self, grant: Grant) -> Action | None:
        """The action of a grant, if it is offered."""
        resource = self.resource(grant.resource)
        return resource.action(grant.action) if resource else None

    def all_grants(self) -> Grants:
        """The widest set there is: every action of every resource, on no target in particular."""
        return Grants(g for r in self.resources for action in r.actions for g in r.grants(action))

    def problems(self, grants: Iterable[Grant]) -> list[str]:
        """A sentence for everything in `grants` that is not offered; empty when all is."""
        return [problem for grant in grants for problem in self._problems(grant)]

    def _problems(self, grant: Grant) -> Iterator[str]:
        resource = self.resource(grant.resource)
        if resource is None:
            yield f"{grant}: there is no resource “{grant.resource}”."
            return
        if resource.action(grant.action) is None:
            offered = listed([action.key for action in resource.actions])
            yield f"{grant}: {resource.key} offers no action “{grant.action}”, only {offered}."
        if problem := _boundary_problem(grant, resource):
            yield f"{grant}: {problem}."
        if grant.target_type and resource.target(grant.target_type) is None:
            offered = listed([target.key for target in resource.targets], "or") or "nothing"
            yield f"{grant}: {resource.key} cannot be limited to “{grant.target_type}”, only to {offered}."


def _boundary_problem(grant: Grant, resource: Resource) -> str:
    offered = [f"{boundary.key}/" for boundary in resource.boundaries]
    if not offered:
        return f"{resource.key} has no boundaries, leave out “{grant.boundary}/”" if grant.boundary else ""
    if resource.boundary(grant.boundary):
        return ""
    wrong = f"has no boundary “{grant.boundary}”" if grant.boundary else "needs a boundary"
    return f"{resource.key} {wrong}, put {listed(offered, 'or')} before it"


def listed(words: Sequence[str], last: str = "and") -> str:
    """The words as one phrase: "a", "a and b", "a, b and c"; empty for none."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
