"""Rights in plain words: what a token can do, what it cannot, and one grant as a phrase.

Computed from grants and catalogue alone, so that form, details, mails and refusals say the same.
Pure. Texts are English and plain: whoever puts them into a page or a header escapes them there.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accounts.catalogue import PORTAL, Action, Area, Catalogue, Resource, Risk, TargetType
from accounts.grants import LEVELS, Grant, Grants
from accounts.vocabulary import listed

IDS_NAMED = 5
"""Targets of one kind that a sentence names; it counts the others."""


type Names = Mapping[tuple[str, str], str]
"""What targets are called, by type and id. Whoever is not in it goes by the id alone."""

NAMELESS: Names = {}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a token can do: "Read and change" and "assets, including deleting them"."""

    verbs: str
    things: str
    risk: Risk

    def __str__(self) -> str:
        return f"{self.verbs} {self.things}"


@dataclass(frozen=True, slots=True)
class Chip:
    """A set of grants in one cell of a list: the widest, and how many more there are."""

    grant: Grant
    more: int

    @property
    def writes(self) -> bool:
        """Whether it does more than read, which the chip's colour says."""
        return _writes(self.grant)


def can(grants: Grants, catalogue: Catalogue, names: Names = NAMELESS) -> list[Line]:
    """What `grants` allow, in the catalogue's order; empty for empty grants."""
    offered = [line for area in catalogue.areas for line in _lines(area, grants, names)]
    gone = [Line("Use", f"{g}, no longer offered", Risk.LOW) for g in grants if not catalogue.action_of(g)]
    return offered + gone


def cannot(grants: Grants, catalogue: Catalogue) -> list[str]:
    """What people fear most and `grants` leave out, in a few short lines."""
    if not grants:
        return ["Cannot see or change anything"]
    touched = {grant.resource for grant in grants}
    portal = [resource for resource in catalogue.resources if resource.area == PORTAL]
    unseen = [resource.unit for resource in portal if resource.key not in touched]
    lines = [] if any(_writes(grant) for grant in grants) else ["Cannot change anything"]
    return [*lines, f"Cannot see {listed(unseen, 'or')}"] if unseen else lines


def label(grant: Grant, catalogue: Catalogue, names: Names = NAMELESS) -> str:
    """One grant as a phrase for the middle of a sentence: "read shared inboxes"."""
    resource, action = catalogue.resource(grant.resource), catalogue.action_of(grant)
    if resource is None or action is None:
        return str(grant)
    [(whose, thing)] = _things(resource, [grant], names)
    return " ".join(filter(None, [f"{action.verb[:1].lower()}{action.verb[1:]}", whose, thing]))


def things(resource: Resource, grants: list[Grant]) -> list[str]:
    """What grants of one resource are about, without what may be done to it: "shared and private inboxes"."""
    return [" ".join(filter(None, phrase)) for phrase in _things(resource, grants, NAMELESS)]


def widest(grants: Grants, catalogue: Catalogue) -> Grant | None:
    """The grant to show when there is room for one: changing before reading, then the riskiest."""

    def reach(grant: Grant) -> tuple[bool, Risk]:
        action = catalogue.action_of(grant)
        return _writes(grant), action.risk if action else Risk.LOW

    return max(grants, key=reach, default=None)


def chip(grants: Grants, catalogue: Catalogue) -> Chip | None:
    """The cell for `grants`; None when there are none."""
    grant = widest(grants, catalogue)
    return Chip(grant, len(grants) - 1) if grant else None


def named(target_type: str, target_id: str, names: Names) -> str:
    """ "eu-1 (Europe)", or the id alone."""
    name = names.get((target_type, target_id), target_id)
    return target_id if name == target_id else f"{target_id} ({name})"


def _writes(grant: Grant) -> bool:
    return grant.action != "read"


def _lines(area: Area, grants: Grants, names: Names) -> Iterator[Line]:
    """Resources share a line when everything said about them is the same: verb, whose, note, risk."""
    groups: dict[tuple[int, str, str, str, Risk], list[str]] = defaultdict(list)
    for resource in area.resources:
        for action in resource.actions:
            held = [g for g in grants if (g.resource, g.action) == (resource.key, action.key)]
            for whose, thing in _things(resource, held, names):
                groups[_rung(action), action.verb, whose, action.note, action.risk].append(thing)
    for (_, verb, whose, note, risk), things in sorted(groups.items(), key=lambda item: item[0][0]):
        phrase = f"{whose} {listed(things)}".strip()
        yield Line(verb, f"{phrase}, {note}" if note else phrase, risk)


def _rung(action: Action) -> int:
    return LEVELS.index(action.key) if action.is_level else len(LEVELS)


def _things(resource: Resource, grants: list[Grant], names: Names) -> Iterator[tuple[str, str]]:
    """What `grants`, of one action of `resource`, are about: ("shared and private", "inboxes")."""
    if whole := [grant.boundary for grant in grants if not grant.target_type]:
        yield _whose(resource, whole), resource.unit
    limited: dict[tuple[str, str], list[str]] = defaultdict(list)
    for grant in grants:
        if grant.target_type:
            limited[grant.boundary, grant.target_type].append(grant.target_id)
    for (boundary, target_type), ids in limited.items():
        yield _whose(resource, [boundary]), _limited(resource, target_type, ids, names)


def _whose(resource: Resource, boundaries: list[str]) -> str:
    """The adjectives in the catalogue's order; empty for a resource without boundaries."""
    known = [boundary for boundary in resource.boundaries if boundary.key in boundaries]
    gone = set(boundaries) - {boundary.key for boundary in known} - {""}
    return listed([*(boundary.adjective for boundary in known), *sorted(gone)])


def _limited(resource: Resource, target_type: str, ids: list[str], names: Names) -> str:
    """Some ids of one target type: "devices in device groups eu-1 and eu-2"."""
    target = resource.target(target_type) or TargetType(target_type, target_type, target_type, "in")
    more = [f"{len(ids) - IDS_NAMED} more"] if len(ids) > IDS_NAMED else []
    called = [named(target_type, one, names) for one in ids[:IDS_NAMED]]
    these = f"{target.name if len(ids) == 1 else target.plural} {listed([*called, *more])}"
    # Projects in project 1 are project 1.
    return these if target.plural == resource.unit else f"{resource.unit} {target.preposition} {these}"
