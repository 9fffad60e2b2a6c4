"""The tokens that visitors bring, made in a process of the installation's own; printed as JSON for the test to read."""

import json
from dataclasses import asdict, dataclass

from accounts.access import Actor
from accounts.models import Tenant, User
from audit.record import Origin
from tests import factories
from tests.durability import people
from tokens import lifecycle

NEAR = "127.0.0.2"  # Linux answers on the whole of 127/8: visitors can come from several addresses
FAR = "127.0.0.3"


@dataclass(frozen=True)
class Tokens:
    """Secrets, and whose they are. `good` has the scope of the guide's example, `lacking` another one."""

    good: str
    lacking: str
    revoked: str
    near_only: str
    subject: str
    tenant: str
    client_id: str


def settle(scope: str) -> None:
    people.settle()
    acme = Tenant.objects.get(slug="acme")
    user = User.objects.get(email=people.OWNERS[0])
    olivia = Actor.member(factories.membership_of(user, acme), Origin())
    good, revoked = factories.token(olivia, scope), factories.token(olivia, scope)
    lifecycle.revoke(revoked.token, by=olivia)
    made = Tokens(
        good=good.secret.value,
        lacking=factories.token(olivia, "policy:read").secret.value,
        revoked=revoked.secret.value,
        near_only=factories.token(olivia, scope, networks=f"{NEAR}/32").secret.value,
        subject=f"user:{user.pk}",
        tenant=str(acme.pk),
        client_id=str(good.token.pk),
    )
    print(json.dumps(asdict(made)))
