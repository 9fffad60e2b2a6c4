"""What is left of a token's grants now, and what took the rest: as the check has it, of one loaded token."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import prefetch_related_objects

from accounts.grants import Grant, Grants, effective
from tokens.foresight import lost_of, rights
from tokens.models import Token
from tokens.policy import rules_of


class Cause(StrEnum):
    """What bounds a token beside its own grants, in the order in which a loss is put down to it."""

    ROLE = "role"
    SERVICE_USER = "service_user"
    ROLES = "roles"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Remaining:
    """`grants` is what a check answers. `lost`: what was granted and is not among them, by cause; no cause is empty."""

    grants: Grants
    lost: dict[Cause, Grants]


def of(token: Token) -> Remaining:
    """No query for a token that was loaded with its subject, two for one that was made of roles."""
    if token.of_roles:
        prefetch_related_objects([token], "roles__role")
    steps = dict(_steps(token))
    left = steps[Cause.POLICY]
    lost: dict[Cause, list[Grant]] = defaultdict(list)
    for grant in lost_of(token.grants, left):
        lost[next(cause for cause, grants in steps.items() if not grants.covers(grant))].append(grant)
    return Remaining(left, {cause: Grants(lost[cause]) for cause in Cause if cause in lost})


def _steps(token: Token) -> Iterator[tuple[Cause, Grants]]:
    """What is left after each cause has taken its share."""
    texts = rights(token)
    bounds = {Cause.ROLE: token.membership, Cause.SERVICE_USER: token.service_user, Cause.ROLES: token.of_roles}
    for count, cause in enumerate((cause for cause, bound in bounds.items() if bound), start=2):
        yield cause, effective(*texts[:count])
    yield Cause.POLICY, effective(*texts, forbidden=rules_of(token.tenant).forbidden)
