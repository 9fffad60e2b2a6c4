"""What pages and answers say that a token can do is what its check lets it do, and each loss has its cause."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts import memberships, roles, service_users
from accounts.access import Actor
from accounts.grants import Grants
from accounts.installed import catalogue
from accounts.models import Role, ServiceUser, Tenant
from accounts.service_users import Rights
from audit import clock
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import LIST
from tests.tokens.rows import row, text_of, undone
from tokens import policy, remaining
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.models import Token, TokenRole
from tokens.remaining import Cause
from tokens.rules import Policy, Rules
from tokens.verification import Verified, verify

some = st.lists(st.sampled_from(list(catalogue().all_grants())), max_size=6).map(Grants)
OPERATOR = Actor.operator()


@given(own=some, held=some, beside=some, forbidden=some, kind=st.sampled_from(Kind), of_role=st.booleans())
def test_what_is_left_is_what_the_check_answers(
    cast: Cast, own: Grants, held: Grants, beside: Grants, forbidden: Grants, kind: Kind, of_role: bool
) -> None:
    with undone():
        Role.objects.filter(pk=cast.marc.membership.role_id).update(grants_text=str(held))
        Tenant.objects.filter(pk=cast.acme.pk).update(token_rules=Policy(Rules(forbidden=str(forbidden))).text)
        made = _stored(cast, kind, str(own), str(beside), of_role=of_role and kind is Kind.TENANT)
        verdict = verify(text_of(made), address="192.0.2.1")
        left = remaining.of(Token.objects.with_subject().get(pk=made.pk))
    assert isinstance(verdict, Verified)
    assert left.grants == verdict.grants
    assert all(left.lost.values())
    gone = [grant for grants in left.lost.values() for grant in grants]
    assert sorted(gone) == [grant for grant in own if not verdict.grants.covers(grant)]


def test_each_loss_is_put_down_to_what_took_it_first(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, "assets:write updates:run projects:read").token
    memberships.change_role(cast.marc.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    policy.change(cast.acme, by=OPERATOR, forbidden="projects:read updates:run")
    left = remaining.of(Token.objects.with_subject().get(pk=token.pk))
    assert str(left.grants) == "assets:read"
    told = {cause: str(grants) for cause, grants in left.lost.items()}
    assert told == {Cause.ROLE: "assets:write updates:run", Cause.POLICY: "projects:read"}


def test_a_service_user_and_the_roles_of_a_tenant_token_are_causes_too(cast: Cast) -> None:
    worker = factories.worker(cast.olivia.actor)
    service = factories.token(cast.olivia.actor, service_user=worker).token
    service_users.change_rights(worker, to=Rights(), by=cast.olivia.actor)
    tenants = _stored(cast, Kind.TENANT, "members:write", "", of_role=True)
    causes = [list(remaining.of(Token.objects.with_subject().get(pk=one.pk)).lost) for one in (service, tenants)]
    assert causes == [[Cause.SERVICE_USER], [Cause.ROLES]]


@pytest.mark.parametrize("kind", Kind)
def test_it_asks_nothing_of_a_token_that_was_loaded_with_its_subject(cast: Cast, kind: Kind) -> None:
    made = factories.token(cast.olivia.actor, kind=kind).token
    token = Token.objects.with_subject().get(pk=made.pk)
    with CaptureQueriesContext(connection) as asked:
        remaining.of(token)
    assert len(asked) == 0


def test_the_details_say_what_it_cannot_do_any_more_and_why(cast: Cast, sign_in: SignIn) -> None:
    token = factories.token(cast.marc.actor, "assets:write updates:run").token
    memberships.change_role(cast.marc.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    policy.change(cast.acme, by=OPERATOR, forbidden="assets:write")
    page = sign_in(cast.olivia.user).get(f"{LIST}{token.pk}/").content.decode()
    assert "<b>Read</b> assets" in page
    assert "<s>Read and change assets, " in page
    assert "<small>Not now: the role of Marc Test does not allow it.</small>" in page
    assert '<s class="chip"><span class="sr">Not now: </span>assets:write</s>' in page
    assert ">assets:read</span>" in page
    assert "<b>Read and change</b>" not in page


def test_what_policy_forbids_is_struck_through_at_once(cast: Cast, sign_in: SignIn) -> None:
    token = factories.token(cast.marc.actor).token
    browser = sign_in(cast.marc.user)
    assert "<s>" not in browser.get(f"{LIST}{token.pk}/").content.decode()
    policy.change(cast.acme, by=OPERATOR, forbidden="assets:read")
    page = browser.get(f"{LIST}{token.pk}/").content.decode()
    assert "<s>Read assets</s><small>Not now: the token policy keeps it off tokens.</small>" in page
    assert "Cannot see or change anything" in page


def _stored(cast: Cast, kind: Kind, own: str, beside: str, *, of_role: bool) -> Token:
    role = Role.objects.get(pk=cast.marc.membership.role_id)
    membership = cast.marc.membership if kind is Kind.PERSONAL else None
    worker = None
    if kind is Kind.SERVICE:
        worker = ServiceUser.objects.create(tenant=cast.acme, name="W", grants_text=beside, role=role)
    end = clock.now() + DAY
    token = row(cast.acme, membership, service_user=worker, grants=own, expires_at=end, of_roles=of_role)
    token.save(force_insert=True)
    if of_role:
        TokenRole.objects.create(token=token, role=role)
    return token
