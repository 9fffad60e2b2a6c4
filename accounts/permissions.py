"""Grants one by one, as programs list them: each action that the catalogue offers, with an id of its own.

An id is made of the grant's text, so it is the same in every installation and after every restart.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from uuid import UUID, uuid5

from accounts.catalogue import Catalogue
from accounts.grant import LEVELS, Grant, reaches
from accounts.installed import catalogue

NAMESPACE = UUID("6f1c3a52-5f0e-5b7e-9f43-2d8a4d1c7b10")


def id_of(grant: Grant) -> UUID:
    return uuid5(NAMESPACE, str(grant))


def area_id(key: str) -> UUID:
    return uuid5(NAMESPACE, f"area {key}")


def every(offered: Catalogue) -> dict[UUID, Grant]:
    """Every permission by its id, in the order of the catalogue."""
    pairs = [(resource, action) for resource in offered.resources for action in resource.actions]
    grants = [grant for resource, action in pairs for grant in resource.grants(action)]
    return {id_of(grant): grant for grant in grants}


@cache
def installed() -> dict[UUID, Grant]:
    return every(catalogue())


def spelled_out(grants: Iterable[Grant]) -> list[Grant]:
    """With what each includes: programs that compare keys do not know that writing includes reading."""
    return sorted({each for grant in grants for each in _with_lower(grant)})


def _with_lower(grant: Grant) -> Iterator[Grant]:
    yield grant
    resource = catalogue().resource(grant.resource)
    offered = {action.key for action in resource.levels} if resource else set()
    for level in LEVELS:
        if level in offered and level != grant.action and reaches(grant.action, level):
            yield Grant(grant.resource, level, grant.boundary, *grant.target)
