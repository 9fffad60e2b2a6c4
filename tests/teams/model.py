"""What people, roles, service users and a policy come to, said a second time and more simply than the product says it.

A right is a set of points: an action at or below the named one, on one of a few targets or on all of them. Nothing here
knows `Grants`: sets of points are compared with what a check answers.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

LEVELS = ("read", "write", "admin")
ALL_TARGETS = ("", "group=eu-1", "device=7f3c")

type Point = tuple[str, str, str]
type Points = frozenset[Point]


def points(scope: str) -> Points:
    """Of a scope string: `devices:write@group=eu-1` is reading and writing, on that group alone."""
    return frozenset(point for word in scope.split() for point in _of(word))


def _of(word: str) -> set[Point]:
    place, _, rest = word.partition(":")
    action, _, target = rest.partition("@")
    below = LEVELS[: LEVELS.index(action) + 1] if action in LEVELS else (action,)
    return {(place, each, where) for each in below for where in ([target] if target else ALL_TARGETS)}


def without(held: Points, forbidden: str) -> Points:
    """Less the forbidden words, none of which names a target, and everything that includes one of them."""
    for word in forbidden.split():
        place, _, action = word.partition(":")
        above = LEVELS[LEVELS.index(action) :] if action in LEVELS else (action,)
        held = frozenset(point for point in held if point[0] != place or point[1] not in above)
    return held


class Standing(StrEnum):
    HERE = "here"
    AWAY = "away"  # suspended, disabled
    GONE = "gone"  # for good


@dataclass
class Person:
    role: UUID
    standing: Standing = Standing.HERE


@dataclass
class Worker:
    role: UUID | None
    own: str
    managers: set[UUID]
    standing: Standing = Standing.HERE


@dataclass
class Held:
    """A token. `of` is the person or worker that it acts as, None for the tenant; `roles` what it was made of."""

    kind: str
    scope: str
    of: UUID | None
    responsible: UUID | None = None
    roles: tuple[UUID, ...] = ()
    standing: Standing = Standing.HERE  # AWAY: offered and not claimed yet


@dataclass
class Team:
    """One tenant. Everything by the ids that the product gave."""

    owner_role: UUID
    roles: dict[UUID, str]
    people: dict[UUID, Person] = field(default_factory=dict)
    workers: dict[UUID, Worker] = field(default_factory=dict)
    tokens: dict[UUID, Held] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=lambda: {"personal", "service", "tenant"})
    forbidden: str = ""

    def of_person(self, pk: UUID) -> Points:
        return points(self.roles[self.people[pk].role])

    def of_worker(self, pk: UUID) -> Points:
        worker = self.workers[pk]
        return points(f"{self.roles.get(worker.role, '') if worker.role else ''} {worker.own}")

    def can(self, token: Held) -> Points | None:
        """What a token can do now; None if it is refused."""
        if token.standing is not Standing.HERE or token.kind not in self.kinds or not self._owner_is_here(token):
            return None
        held = points(token.scope)
        if token.kind == "personal":
            held &= self.of_person(self._of(token))
        elif token.kind == "service":
            held &= self.of_worker(self._of(token))
        if token.roles:
            held &= points(" ".join(self.roles.get(role, "") for role in token.roles))
        return without(held, self.forbidden)

    def send_away(self, pk: UUID, *, for_good: bool, heir: UUID | None) -> None:
        """What they answer for, or manage as the only one who is here, goes to the heir."""
        person = self.people[pk]
        if person.standing is not Standing.GONE:
            person.standing = Standing.GONE if for_good else Standing.AWAY
        if heir is None:
            return
        for token in self.tokens.values():
            if token.responsible == pk and token.standing is Standing.HERE:
                token.responsible = heir
        for worker in self.workers.values():
            if (
                worker.standing is not Standing.GONE
                and pk in worker.managers
                and not worker.managers & set(self.here())
            ):
                worker.managers.add(heir)

    def let_back(self, pk: UUID) -> None:
        if self.people[pk].standing is Standing.AWAY:
            self.people[pk].standing = Standing.HERE

    def here(self) -> list[UUID]:
        return [pk for pk, person in self.people.items() if person.standing is Standing.HERE]

    def owners(self) -> list[UUID]:
        return [pk for pk in self.here() if self.people[pk].role == self.owner_role]

    def orphans(self) -> set[UUID]:
        """Running tokens of the tenant for which nobody answers who is here."""
        here = set(self.here())
        running = {pk: one for pk, one in self.tokens.items() if one.standing is Standing.HERE and one.kind == "tenant"}
        return {pk for pk, one in running.items() if one.responsible not in here}

    def unmanaged(self) -> set[UUID]:
        here = set(self.here())
        return {pk for pk, one in self.workers.items() if one.standing is not Standing.GONE and not one.managers & here}

    def _owner_is_here(self, token: Held) -> bool:
        if token.kind == "tenant":
            return True
        of: Person | Worker = (self.people if token.kind == "personal" else self.workers)[self._of(token)]
        return of.standing is Standing.HERE

    def _of(self, token: Held) -> UUID:
        assert token.of
        return token.of
