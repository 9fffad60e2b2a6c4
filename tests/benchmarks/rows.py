"""Stored tokens to look one up among: made in a process of the installation's own, secrets printed as JSON."""

import json
from copy import copy
from dataclasses import asdict, dataclass

from accounts.access import Actor
from accounts.models import Tenant, User
from audit.ids import uuid7
from audit.record import Origin
from tests import factories
from tests.durability import people
from tokens.lifecycle import Issued
from tokens.models import Token

BATCH = 1_000


@dataclass(frozen=True)
class Stored:
    """A good token of somebody who has no other, and one of somebody who has all the others."""

    one: str
    many: str
    client_id: str


def settle(count: int) -> None:
    one, many = _issued(people.OWNERS[0]), _issued(people.OWNERS[1])
    Token.objects.bulk_create([_like(many.token) for _ in range(count)], batch_size=BATCH)
    print(json.dumps(asdict(Stored(one.secret.value, many.secret.value, str(one.token.pk)))))


def _issued(email: str) -> Issued:
    membership = factories.membership_of(User.objects.get(email=email), Tenant.objects.get(slug="acme"))
    return factories.token(Actor.member(membership, Origin()), "assets:read")


def _like(token: Token) -> Token:
    other = copy(token)
    other.pk = uuid7()
    return other
