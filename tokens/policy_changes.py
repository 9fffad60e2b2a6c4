"""Changing a policy or the platform's limits, and telling those whose tokens it stops."""

from datetime import datetime

from django.db import transaction

from accounts.access import Actor
from accounts.models import Tenant
from tokens import foresight, notifications, policy
from tokens.foresight import Foresight
from tokens.rules import Rules


def save(tenant: Tenant, rules: Rules, *, on: datetime | None, by: Actor) -> Foresight:
    """`policy.plan`; once it is certain, the subjects of the tokens that it touches get a mail each."""
    policy.must_be_possible(tenant, rules, on=on, by=by)
    seen = foresight.foresee(foresight.asked(tenant, rules, on=on, by=by))
    with transaction.atomic():
        policy.plan(tenant, rules, on=on, by=by)
        transaction.on_commit(lambda: notifications.policy_changes(tenant, seen))
    return seen


def limit(rules: Rules, *, on: datetime | None, by: Actor) -> None:
    """`policy.limit`; once it is certain, administrators of the tenants in which it touches tokens get a mail each."""
    policy.must_be_limits(rules, on=on, by=by)
    touched = foresight.touched_tenants(rules, on=on, by=by)
    with transaction.atomic():
        policy.limit(rules, on=on, by=by)
        transaction.on_commit(lambda: notifications.limits_change(touched, on))
