"""What a planned change of the platform's limits will do in one tenant, whose own policy stays as it is."""

from dataclasses import dataclass
from datetime import datetime

from accounts.access import POLICY_WRITE, Actor
from accounts.models import Tenant
from audit import clock
from tokens import foresight
from tokens.foresight import Foresight, Question
from tokens.policy import limits_on, policy_of
from tokens.rules import Policy, Rules, Timeline


@dataclass(frozen=True, slots=True)
class Ahead:
    """Limits that take the place of others on a day, and what that does to live tokens."""

    before: Rules
    after: Rules
    on: datetime
    seen: Foresight


def planned(tenant: Tenant, *, by: Actor) -> Ahead | None:
    """None if there is no such change. A change of the tenant's own that is planned too counts on both sides."""
    by.must(POLICY_WRITE, on=tenant)
    own, bounds, now = policy_of(tenant), limits_on(tenant), clock.now()
    if bounds.next_rules is None or bounds.next_from is None:
        return None
    before, after = Timeline.of(own, Policy(bounds.rules)), Timeline.of(own, bounds)
    seen = foresight.foresee(Question(tenant, now, before.since(now), after.since(now)))
    return Ahead(bounds.rules, bounds.next_rules, bounds.next_from, seen)
