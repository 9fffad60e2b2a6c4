"""The demo's own role, and a change of policy that is still to come."""

from datetime import timedelta

from accounts import memberships, own_roles
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Membership
from accounts.own_roles import NewRole
from audit import clock
from tokens import policy

RELEASES = NewRole(
    "release-manager",
    "Release manager",
    "Builds packages, brings them to devices, and keeps assets in step",
    grants=Grants.parse(
        "projects:write assets:write libraries:read metadata:read devices:read updates:write updates:run "
        "shared/conversations:read shared/inboxes:read"
    ),
)


def give_a_role_of_their_own(owner: Actor, member: Membership) -> None:
    """Somebody ships, and nothing else."""
    role = own_roles.create([RELEASES], by=owner)[0]
    memberships.change_role(member, to=role, by=owner)


def plan_shorter_lives(admin: Actor) -> None:
    """In two weeks no token lives longer than 90 days: some that work today stop then, and the page says which."""
    assert admin.tenant
    rules = policy.policy_of(admin.tenant).rules.changed(max_days=90, description=True, never=False)
    begins = (clock.now() + timedelta(days=14)).replace(hour=0, minute=0, second=0, microsecond=0)
    policy.plan(admin.tenant, rules, on=begins, by=admin)
