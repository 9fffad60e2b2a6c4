"""Every state in which a token is refused, each reached as it is reached in life: through a verb or by waiting."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from accounts import memberships, service_users, tenants
from accounts.access import Actor
from accounts.models import User
from tests import factories
from tests.cast import Cast
from tokens import lifecycle, policy
from tokens.lifecycle import Issued

ELSEWHERE = "198.51.100.7"


def active(cast: Cast) -> Issued:
    return factories.token(cast.marc.actor)


def revoked(cast: Cast) -> Issued:
    issued = active(cast)
    lifecycle.revoke(issued.token, by=cast.marc.actor)
    return issued


def expired(cast: Cast) -> Issued:
    return factories.token(cast.marc.actor, lives=timedelta(days=1), at=datetime.now(UTC) - timedelta(days=2))


def owner_gone(cast: Cast) -> Issued:
    issued = active(cast)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    return issued


def owner_suspended(cast: Cast) -> Issued:
    issued = active(cast)
    memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    return issued


def account_closed(cast: Cast) -> Issued:
    issued = active(cast)
    User.objects.filter(pk=cast.marc.user.pk).update(is_active=False)
    return issued


def tenant_suspended(cast: Cast) -> Issued:
    issued = active(cast)
    tenants.suspend(cast.acme, by=Actor.operator())
    return issued


def refused_by_policy(cast: Cast) -> Issued:
    issued = active(cast)
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    return issued


def service_user_disabled(cast: Cast) -> Issued:
    worker = factories.worker(cast.marc.actor)
    issued = factories.token(cast.marc.actor, service_user=worker)
    service_users.disable(worker, by=cast.marc.actor)
    return issued


def service_user_deleted(cast: Cast) -> Issued:
    worker = factories.worker(cast.marc.actor)
    issued = factories.token(cast.marc.actor, service_user=worker)
    service_users.delete(worker, by=cast.marc.actor)
    return issued


def elsewhere_only(cast: Cast) -> Issued:
    return factories.token(cast.marc.actor, networks=f"{ELSEWHERE}/32")


REFUSED: dict[str, Callable[[Cast], Issued]] = {
    "revoked": revoked,
    "expired": expired,
    "owner_gone": owner_gone,
    "owner_inactive": owner_suspended,
    "owner_inactive (account closed)": account_closed,
    "owner_gone (service user)": service_user_deleted,
    "owner_inactive (service user)": service_user_disabled,
    "tenant_suspended": tenant_suspended,
    "refused_by_policy": refused_by_policy,
    "network_not_allowed": elsewhere_only,
}


def reason(state: str) -> str:
    return state.partition(" ")[0]
