"""A token's rights are what it was given, its person has now, and policy leaves: at every check anew."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts import memberships, roles, service_users
from accounts.access import Actor
from accounts.grants import EMPTY, Forbidden, Grants
from accounts.installed import catalogue
from accounts.models import Role, ServiceUser, Tenant, User
from accounts.service_users import Rights
from audit import clock
from audit.record import Ref
from tests import factories
from tests.cast import Cast
from tests.tokens.rows import row, text_of, undone
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.rules import Policy, Rules
from tokens.verification import Reason, Refused, Verified, verify

some = st.lists(st.sampled_from(list(catalogue().all_grants())), max_size=6).map(Grants)


@given(own=some, of_the_role=st.none() | some, beside=some, forbidden=some)
def test_a_service_token_does_what_its_service_user_may_by_role_and_beside_it(
    cast: Cast, own: Grants, of_the_role: Grants | None, beside: Grants, forbidden: Grants
) -> None:
    with undone():
        role = cast.marc.membership.role
        Role.objects.filter(pk=role.pk).update(grants_text=str(of_the_role or ""))
        Tenant.objects.filter(pk=cast.acme.pk).update(token_rules=Policy(Rules(forbidden=str(forbidden))).text)
        held = ServiceUser(tenant=cast.acme, name="W", grants_text=str(beside))
        held.role = None if of_the_role is None else role
        held.save()
        token = row(cast.acme, grants=str(own), expires_at=clock.now() + DAY, service_user=held)
        token.save(force_insert=True)
        rights = _rights(text_of(token))
    assert rights == (own & ((of_the_role or EMPTY) | beside)).without(Forbidden(tuple(forbidden)))


@given(own=some, held=some, forbidden=some, personal=st.booleans())
def test_effective_rights_never_exceed_any_of_their_parts(
    cast: Cast, own: Grants, held: Grants, forbidden: Grants, personal: bool
) -> None:
    with undone():
        Role.objects.filter(pk=cast.marc.membership.role_id).update(grants_text=str(held))
        Tenant.objects.filter(pk=cast.acme.pk).update(token_rules=Policy(Rules(forbidden=str(forbidden))).text)
        token = row(
            cast.acme, cast.marc.membership if personal else None, grants=str(own), expires_at=clock.now() + DAY
        )
        token.save(force_insert=True)
        rights = _rights(text_of(token))
    assert own.covers(rights)
    assert held.covers(rights) or not personal
    assert not [grant for grant in rights if rights.without(Forbidden(tuple(forbidden))) != rights]
    assert rights == ((own & held) if personal else own).without(Forbidden(tuple(forbidden)))


def test_a_personal_token_loses_a_right_in_the_same_second_as_its_person(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, "assets:write updates:run")
    memberships.change_role(cast.marc.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    assert str(_rights(issued.secret.value)) == "assets:read"
    memberships.change_role(cast.marc.membership, to=roles.built_in("developer"), by=cast.olivia.actor)
    assert str(_rights(issued.secret.value)) == "assets:write updates:run"


def test_a_role_that_grows_never_widens_a_token(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, "assets:read")
    memberships.change_role(cast.marc.membership, to=roles.built_in("owner"), by=cast.olivia.actor)
    assert str(_rights(issued.secret.value)) == "assets:read"


def test_a_role_whose_grants_shrink_bites_at_the_next_check(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, "assets:write")
    Role.objects.filter(key="developer").update(grants_text="assets:read projects:write")
    assert str(_rights(issued.secret.value)) == "assets:read"


def test_a_removed_member_leaves_no_working_token(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    assert _check(issued) == Refused(Reason.OWNER_GONE, proven=True)


def test_a_new_invitation_does_not_revive_old_tokens(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    again = factories.member(cast.marc.user, cast.acme, "developer")
    assert _check(issued) == Refused(Reason.OWNER_GONE, proven=True)
    assert isinstance(_check(factories.token(Actor.member(again, cast.marc.actor.origin))), Verified)


def test_suspension_of_a_member_is_reversible(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    assert _check(issued) == Refused(Reason.OWNER_INACTIVE, proven=True)
    memberships.resume(cast.marc.membership, by=cast.olivia.actor)
    assert isinstance(_check(issued), Verified)


def test_a_tenant_token_survives_its_creator(cast: Cast) -> None:
    issued = factories.token(cast.adam.actor, "members:write", kind=Kind.TENANT)
    memberships.remove(cast.adam.membership, by=cast.olivia.actor)
    User.objects.filter(pk=cast.adam.user.pk).update(is_active=False)
    assert str(_rights(issued.secret.value)) == "members:write"


def test_a_service_token_loses_a_right_in_the_same_second_as_its_service_user(cast: Cast) -> None:
    worker = factories.worker(cast.olivia.actor, role="developer", grants="members:read")
    issued = factories.token(cast.olivia.actor, "assets:write members:read updates:run", service_user=worker)
    assert str(_rights(issued.secret.value)) == "assets:write members:read updates:run"
    viewer = roles.built_in("viewer")
    service_users.change_rights(worker, to=Rights(viewer, Grants.parse("updates:run")), by=cast.olivia.actor)
    assert str(_rights(issued.secret.value)) == "assets:read updates:run"
    service_users.change_rights(worker, to=Rights(), by=cast.olivia.actor)
    assert str(_rights(issued.secret.value)) == ""


def test_a_service_user_that_gets_more_never_widens_its_tokens(cast: Cast) -> None:
    worker = factories.worker(cast.olivia.actor, grants="assets:read")
    issued = factories.token(cast.olivia.actor, "assets:read", service_user=worker)
    service_users.change_rights(worker, to=Rights(roles.built_in("owner")), by=cast.olivia.actor)
    assert str(_rights(issued.secret.value)) == "assets:read"


def test_a_service_users_tokens_live_on_when_all_who_manage_it_have_left(cast: Cast) -> None:
    worker = factories.worker(cast.marc.actor)
    issued = factories.token(cast.marc.actor, service_user=worker)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    User.objects.filter(pk=cast.marc.user.pk).update(is_active=False)
    assert str(_rights(issued.secret.value)) == "assets:read"


def test_disabling_a_service_user_is_reversible_and_deleting_it_is_not(cast: Cast) -> None:
    worker = factories.worker(cast.marc.actor)
    issued = factories.token(cast.marc.actor, service_user=worker)
    service_users.disable(worker, by=cast.marc.actor)
    assert _check(issued) == Refused(Reason.OWNER_INACTIVE, proven=True)
    service_users.enable(worker, by=cast.marc.actor)
    assert isinstance(_check(issued), Verified)
    service_users.delete(worker, by=cast.olivia.actor)
    assert _check(issued) == Refused(Reason.OWNER_GONE, proven=True)


def test_the_check_names_the_service_user(cast: Cast) -> None:
    worker = factories.worker(cast.marc.actor)
    verdict = _check(factories.token(cast.marc.actor, service_user=worker))
    assert isinstance(verdict, Verified)
    assert verdict.subject == worker.ref == Ref("service_user", str(worker.pk), "Warehouse sync")


def test_a_service_token_is_checked_by_one_query(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, service_user=factories.worker(cast.marc.actor))
    with CaptureQueriesContext(connection) as queries:
        assert isinstance(_check(issued), Verified)
    assert len(queries) == 1


def test_leaving_one_tenant_leaves_the_tokens_of_another(cast: Cast) -> None:
    elsewhere = factories.member(cast.marc.user, cast.globex, "viewer")
    issued = factories.token(Actor.member(elsewhere, cast.marc.actor.origin))
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    assert isinstance(_check(issued), Verified)


def _check(issued: Issued) -> Verified | Refused:
    return verify(issued.secret.value, address="192.0.2.1")


def _rights(text: str) -> Grants:
    verdict = verify(text, address="192.0.2.1")
    assert isinstance(verdict, Verified)
    return verdict.grants
