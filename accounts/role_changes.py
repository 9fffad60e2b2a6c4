"""What another role changes, in plain words: "Projects, libraries and assets: read and change → read".

Computed from the grants of both, so that it holds for a tenant's own roles too.
"""

from collections import defaultdict
from dataclasses import dataclass

from accounts import words
from accounts.catalogue import Action, Catalogue, Resource
from accounts.grants import LEVELS, Grant, Grants
from accounts.models import Role
from accounts.vocabulary import listed

NOTHING = "nothing"

type Place = tuple[str, str, str]
"""Boundary and target: what a grant has besides resource and action."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What could be done before, what can be done afterwards, to which things."""

    before: str
    after: str
    things: str


def between(now: Role, then: Role, catalogue: Catalogue) -> list[Difference]:
    """What changes for somebody who has `now` and gets `then`. Owners alone change owners, which no grant says."""
    found = differences(now.grants, then.grants, catalogue)
    if now.is_owner == then.is_owner:
        return found
    before, after = (NOTHING, "change") if then.is_owner else ("change", NOTHING)
    return [*found, Difference(before, after, "owners")]


def differences(before: Grants, after: Grants, catalogue: Catalogue) -> list[Difference]:
    """In the catalogue's order; things with the same fate share a line. Empty when both allow the same."""
    fates: dict[tuple[str, str], list[str]] = defaultdict(list)
    for resource in catalogue.resources:
        for fate, grants in _fates(resource, before, after).items():
            fates[fate] += words.things(resource, grants)
    return [Difference(had, has, listed(things)) for (had, has), things in fates.items()]


def _fates(resource: Resource, before: Grants, after: Grants) -> dict[tuple[str, str], list[Grant]]:
    """For each pair of "could" and "can" a grant from every place that has it."""
    old, new = _by_place(resource, before), _by_place(resource, after)
    found: dict[tuple[str, str], list[Grant]] = defaultdict(list)
    for place in sorted({*old, *new}):
        had, has = _verbs(resource, old.get(place, [])), _verbs(resource, new.get(place, []))
        if had != has:
            found[had, has].append((old.get(place) or new[place])[0])
    return found


def _by_place(resource: Resource, grants: Grants) -> dict[Place, list[Grant]]:
    places: dict[Place, list[Grant]] = defaultdict(list)
    for grant in grants:
        if grant.resource == resource.key:
            places[grant.boundary, *grant.target].append(grant)
    return places


def _verbs(resource: Resource, grants: list[Grant]) -> str:
    """The level first, then what stands alone."""
    keys = {grant.action for grant in grants}
    held = sorted((action for action in resource.actions if action.key in keys), key=_rank)
    return ", ".join(action.verb for action in held) or NOTHING


def _rank(action: Action) -> int:
    return LEVELS.index(action.key) if action.is_level else len(LEVELS)
