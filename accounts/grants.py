"""What a token may do, as sets: united, intersected, and less what is forbidden.

Pure. `covers` orders grants; sets intersect (`&`), unite (`|`) and subtract (`without`). An empty set
means nothing, never everything. Source: product.md, "Scopes: one model for all five".
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_
from typing import Self

from accounts.grant import LEVELS, NAME, Grant, GrantError, covers, meet, overlap, reaches

__all__ = [
    "EMPTY",
    "LEVELS",
    "NAME",
    "SCOPE_LIMIT",
    "Forbidden",
    "Grant",
    "GrantError",
    "Grants",
    "covers",
    "effective",
    "meet",
]

SCOPE_LIMIT = 2048
"""Bytes in one token's `scope`: it travels in headers and JWTs. A role's text stays here."""

EFFECTIVE_CACHE = 2048
"""Answers of `effective` kept per process, about 5 kB each when the texts are large roles."""


@dataclass(frozen=True, slots=True, init=False)
class Grants:
    """An immutable set without what another member covers: equal exactly when it allows the same."""

    _members: tuple[Grant, ...]

    def __init__(self, grants: Iterable[Grant] = ()) -> None:
        # Only grants of one place need comparing, and roles hold many places with few grants in each.
        widest = (g for some in _by_place(grants).values() for g in some if not _is_covered(g, some))
        object.__setattr__(self, "_members", tuple(sorted(widest)))

    @classmethod
    def parse(cls, text: str, limit: int | None = SCOPE_LIMIT) -> Self:
        """The grants in `text`, separated by spaces alone. Raises `GrantError`.

        `limit` is in bytes; None is for what never travels, such as a role.
        """
        # Characters count as bytes: Grant.parse refuses everything beyond ASCII.
        if limit is not None and len(text) > limit:
            raise GrantError(f"These scopes take {len(text):,} bytes; {limit:,} is the limit.")
        return cls(Grant.parse(word) for word in text.split(" ") if word)

    def __str__(self) -> str:
        return " ".join(map(str, self._members))

    def __iter__(self) -> Iterator[Grant]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    @property
    def travels(self) -> bool:
        """Whether it fits where a scope stands: in a header, or in a JWT.

        What a token was granted does; what is effective need not. Rights on single targets can be many, and of a grant
        on everything each of them is left.
        """
        return len(str(self)) <= SCOPE_LIMIT

    def covers(self, other: "Grant | Grants") -> bool:
        """Whether everything in `other` is allowed by some member; nothing always is."""
        wanted = (other,) if isinstance(other, Grant) else other
        return all(any(covers(member, grant) for member in self) for grant in wanted)

    def __and__(self, other: "Grants") -> "Grants":
        """What both allow: the greatest of the pairwise meets."""
        theirs = _by_place(other)
        pairs = (meet(a, b) for a in self for b in theirs.get(a.place, ()))
        return Grants(shared for shared in pairs if shared is not None)

    def __or__(self, other: "Grants") -> "Grants":
        """What either allows."""
        return Grants((*self, *other))

    def without(self, forbidden: "Forbidden") -> "Grants":
        """What is left when no right in `forbidden` may be usable, in whole or in part.

        A member that overlaps a forbidden grant and reaches its action falls to the level below it, or goes
        where there is none: without deny rows nothing can be cut out of the middle. Forbidding `assets:write`
        turns `assets:admin` and `assets:write@project=1` into reading; forbidding `assets:read@project=1`
        takes an untargeted `assets:write` whole. So nothing with a forbidden grant's own action is covered
        by both that grant and the result.
        """
        left = (_lowered(member, forbidden) for member in self)
        return Grants(grant for grant in left if grant is not None)


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Rights that a policy takes away, as they were written.

    Not `Grants`: there `assets:write` makes `assets:read` superfluous, but to forbid both is to forbid more
    than to forbid writing. Targets are compared as written too: which device is in a forbidden group is for
    the API to know, so a rule without a target is the sure one.
    """

    rules: tuple[Grant, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The rules in `text`, separated by spaces alone. Raises `GrantError`."""
        return cls(tuple(sorted({Grant.parse(word) for word in text.split(" ") if word})))

    def __str__(self) -> str:
        return " ".join(map(str, self.rules))

    def __iter__(self) -> Iterator[Grant]:
        return iter(self.rules)


@lru_cache(maxsize=EFFECTIVE_CACHE)
def effective(*texts: str, forbidden: str = "") -> Grants:
    """What every text allows, less `forbidden`: the one function that decides rights at a check.

    The texts are stored scopes: a token's, its principal's, a policy's. No text, or an empty one, allows
    nothing. `GrantError` means that a stored text did not come from here: it fails closed.
    """
    if not texts:
        return EMPTY
    shared = reduce(and_, (Grants.parse(text, limit=None) for text in texts))
    return shared.without(Forbidden.parse(forbidden))


def _lowered(grant: Grant, forbidden: Iterable[Grant]) -> Grant | None:
    """`grant` at the highest level that uses none of `forbidden`; None when there is none."""
    for rule in forbidden:
        if overlap(grant, rule) and reaches(grant.action, rule.action):
            below = LEVELS[: LEVELS.index(rule.action)] if rule.action in LEVELS else ()
            if not below:
                return None
            grant = Grant(grant.resource, below[-1], grant.boundary, *grant.target)
    return grant


def _by_place(grants: Iterable[Grant]) -> dict[tuple[str, str], set[Grant]]:
    places: dict[tuple[str, str], set[Grant]] = defaultdict(set)
    for grant in grants:
        places[grant.place].add(grant)
    return places


def _is_covered(grant: Grant, others: set[Grant]) -> bool:
    return any(covers(other, grant) for other in others if other != grant)


EMPTY = Grants()
