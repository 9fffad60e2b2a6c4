"""What another role changes, in plain words: "Read and change → Read: projects, libraries and assets".

Pure. Computed from the grants of both, so that it holds for a tenant's own roles too.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from accounts import words
from accounts.catalogue import Catalogue
from accounts.grants import Grant, Grants
from accounts.vocabulary import listed

NOTHING = "nothing"

type Place = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """What could be done before, what can be done afterwards, to which things."""

    before: str
    after: str
    things: str

    def __str__(self) -> str:
        return f"{self.before} → {self.after}: {self.things}"


def differences(before: Grants, after: Grants, catalogue: Catalogue) -> list[Difference]:
    """In the catalogue's order; things with the same fate share a line. Empty when both allow the same."""
    fates: dict[tuple[str, str], list[str]] = defaultdict(list)
    old, new = _by_place(before), _by_place(after)
    for place in _in_order([*old, *new], catalogue):
        had, has = _verbs(old.get(place, []), catalogue), _verbs(new.get(place, []), catalogue)
        if had != has:
            fates[had, has].append(words.thing((old.get(place) or new[place])[0], catalogue))
    return [Difference(had, has, listed(things)) for (had, has), things in fates.items()]


def _by_place(grants: Grants) -> dict[Place, list[Grant]]:
    places: dict[Place, list[Grant]] = defaultdict(list)
    for grant in grants:
        places[grant.resource, grant.boundary, *grant.target].append(grant)
    return places


def _in_order(places: list[Place], catalogue: Catalogue) -> Iterator[Place]:
    ranks = {resource.key: rank for rank, resource in enumerate(catalogue.resources)}
    yield from sorted(set(places), key=lambda place: (ranks.get(place[0], len(ranks)), place))


def _verbs(grants: list[Grant], catalogue: Catalogue) -> str:
    found = [catalogue.action_of(grant) for grant in grants]
    verbs = [action.verb for action in found if action]
    return listed(verbs) if verbs else NOTHING
