"""Who belongs to a tenant: who may change it, that an owner always stays, and that nobody climbs."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import memberships, roles
from accounts.access import Actor, PermissionDenied
from accounts.models import Membership, Role
from audit.models import Event
from tests import factories
from tests.cast import Cast

VERBS: dict[str, Callable[[Membership, Actor], object]] = {
    "change_role": lambda member, by: memberships.change_role(member, to=roles.built_in("viewer"), by=by),
    "suspend": lambda member, by: memberships.suspend(member, by=by),
    "remove": lambda member, by: memberships.remove(member, by=by),
}
LAST_OWNER = "This is the last owner"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("who", "whom", "allowed"),
    [
        ("olivia", "adam", True),
        ("adam", "marc", True),
        ("adam", "adam", True),
        ("adam", "olivia", False),
        ("marc", "victor", False),
        ("marc", "marc", False),
        ("victor", "victor", False),
        ("stella", "marc", False),
        ("olivia", "stella", False),
    ],
)
def test_who_may_change_whom(cast: Cast, verb: str, who: str, whom: str, allowed: bool) -> None:
    factories.member(factories.UserFactory.create(), cast.acme, "owner")
    factories.member(factories.UserFactory.create(), cast.globex, "owner")
    before, count = _row(cast.people[whom].membership), Event.objects.count()
    if allowed:
        VERBS[verb](cast.people[whom].membership, cast.people[who].actor)
    else:
        with pytest.raises(PermissionDenied):
            VERBS[verb](cast.people[whom].membership, cast.people[who].actor)
    assert (_row(cast.people[whom].membership) != before) is allowed
    assert Event.objects.count() == count + allowed


@pytest.mark.parametrize("verb", VERBS)
def test_the_last_owner_stays(cast: Cast, verb: str) -> None:
    with pytest.raises(ValidationError, match=LAST_OWNER):
        VERBS[verb](cast.olivia.membership, cast.olivia.actor)
    assert _row(cast.olivia.membership)["ended_at"] is None


@pytest.mark.parametrize("verb", VERBS)
def test_one_of_two_owners_may_go_and_then_the_other_stays(cast: Cast, verb: str) -> None:
    second = factories.member(factories.UserFactory.create(), cast.acme, "owner")
    VERBS[verb](second, cast.olivia.actor)
    with pytest.raises(ValidationError, match=LAST_OWNER):
        VERBS[verb](cast.olivia.membership, cast.olivia.actor)


def test_a_suspended_owner_keeps_no_tenant_alive(cast: Cast) -> None:
    second = factories.member(factories.UserFactory.create(), cast.acme, "owner")
    memberships.suspend(second, by=cast.olivia.actor)
    with pytest.raises(ValidationError, match=LAST_OWNER):
        memberships.remove(cast.olivia.membership, by=cast.olivia.actor)
    memberships.remove(second, by=cast.olivia.actor)


# --- Nobody climbs --------------------------------------------------------------------------------


def test_an_admin_makes_nobody_an_owner(cast: Cast) -> None:
    owner = roles.built_in("owner")
    for whom in ("adam", "marc"):
        with pytest.raises(PermissionDenied):
            memberships.change_role(cast.people[whom].membership, to=owner, by=cast.adam.actor)
    with pytest.raises(PermissionDenied):
        memberships.add(factories.UserFactory.create(), to=cast.acme, role=owner, by=cast.adam.actor)
    assert Membership.objects.in_tenant(cast.acme).owning().count() == 1


def test_an_owner_makes_another_owner(cast: Cast) -> None:
    memberships.change_role(cast.adam.membership, to=roles.built_in("owner"), by=cast.olivia.actor)
    assert Membership.objects.in_tenant(cast.acme).owning().count() == 2


def test_nobody_gives_a_role_with_more_than_they_have(cast: Cast) -> None:
    greeter = Role.objects.create(
        tenant=cast.acme, key="greeter", name="Greeter", grants_text="members:write assets:read"
    )
    memberships.change_role(cast.victor.membership, to=greeter, by=cast.olivia.actor)
    for key in ("admin", "developer"):
        with pytest.raises(PermissionDenied):
            memberships.change_role(cast.victor.membership, to=roles.built_in(key), by=cast.victor.actor)
        with pytest.raises(PermissionDenied):
            memberships.add(
                factories.UserFactory.create(), to=cast.acme, role=roles.built_in(key), by=cast.victor.actor
            )
    memberships.change_role(cast.marc.membership, to=greeter, by=cast.victor.actor)


def test_a_role_of_ones_own_named_owner_is_none(cast: Cast) -> None:
    sham = Role.objects.create(tenant=cast.acme, key="owner", name="Owner", grants_text="members:write")
    memberships.change_role(cast.marc.membership, to=sham, by=cast.olivia.actor)
    with pytest.raises(PermissionDenied):
        memberships.remove(cast.olivia.membership, by=cast.marc.actor)


def test_a_role_of_another_tenant_is_refused(cast: Cast) -> None:
    theirs = Role.objects.create(tenant=cast.globex, key="x", name="X", grants_text="assets:read")
    for attempt in (
        lambda: memberships.change_role(cast.marc.membership, to=theirs, by=cast.olivia.actor),
        lambda: memberships.add(factories.UserFactory.create(), to=cast.acme, role=theirs, by=cast.olivia.actor),
    ):
        with pytest.raises(ValidationError, match="another tenant"):
            attempt()


# --- Rows -----------------------------------------------------------------------------------------


def test_a_person_belongs_once_at_a_time_and_each_time_anew(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        memberships.add(cast.marc.user, to=cast.acme, role=roles.built_in("viewer"), by=cast.olivia.actor)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    again = memberships.add(cast.marc.user, to=cast.acme, role=roles.built_in("viewer"), by=cast.olivia.actor)
    assert again.pk != cast.marc.membership.pk
    assert cast.marc.user.memberships.count() == 2


def test_the_database_itself_allows_one_current_membership(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=cast.marc.user, tenant=cast.acme, role=roles.built_in("viewer"))


def test_suspending_and_removing_twice_happen_once(cast: Cast) -> None:
    member = cast.marc.membership
    for verb in (memberships.suspend, memberships.suspend, memberships.remove, memberships.remove):
        verb(member, by=cast.olivia.actor)
    done = Event.objects.filter(target_id=str(cast.marc.user.pk), actor_label="Olivia Test")
    assert sorted(event.action for event in done) == ["member.removed", "member.suspended"]


def test_a_removed_member_is_not_resumed(cast: Cast) -> None:
    memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    memberships.resume(cast.marc.membership, by=cast.olivia.actor)
    assert _row(cast.marc.membership)["suspended_at"] is not None


def test_each_change_is_in_that_tenants_ledger(cast: Cast) -> None:
    memberships.change_role(cast.marc.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    event = Event.objects.get(action="member.role_changed")
    assert (event.tenant_id, event.detail) == (cast.acme.pk, {"before": "developer", "after": "viewer"})
    assert (event.target_label, event.actor_label) == ("Marc Test", "Olivia Test")


def _row(member: Membership) -> dict[str, object]:
    return dict(Membership.objects.values().get(pk=member.pk))
