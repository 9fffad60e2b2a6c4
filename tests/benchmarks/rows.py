"""Stored tokens to look one up among: made in a process of the installation's own, secrets printed as JSON."""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta

from accounts.models import Tenant, User
from audit import clock
from tests import factories
from tests.durability import people
from tests.tokens.rows import row, text_of
from tokens.models import Token

BATCH = 1_000


@dataclass(frozen=True)
class Stored:
    """A good token of somebody who has no other, its client id, one of somebody who has all the others, and a wrong
    secret around a right id."""

    one: str
    client_id: str
    many: str
    wrong: str


def settle(count: int) -> None:
    one, many, changed = _of(people.OWNERS[0], 1), _of(people.OWNERS[1], count), _of(people.OWNERS[2], 1)
    Token.objects.filter(pk=changed.pk).update(secret_tag=one.secret_tag)
    print(json.dumps(asdict(Stored(text_of(one), str(one.pk), text_of(many), text_of(changed)))))


def _of(email: str, count: int) -> Token:
    """One of this person's `count` new tokens."""
    acme = Tenant.objects.get(slug="acme")
    membership = factories.membership_of(User.objects.get(email=email), acme)
    end = clock.now() + timedelta(days=30)
    made = [row(acme, membership, expires_at=end) for _ in range(count)]
    Token.objects.bulk_create(made, batch_size=BATCH)
    return made[0]
