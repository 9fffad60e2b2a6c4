"""Who may make which token, as product.md's table says, and that nobody gives what they do not have."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import Actor, PermissionDenied
from accounts.grants import Grants
from accounts.installed import catalogue
from audit import clock
from tests import factories
from tests.cast import Cast
from tests.tokens.rows import undone
from tokens import lifecycle, policy
from tokens.drafts import Draft
from tokens.kinds import Kind
from tokens.models import Token

EVERYBODY = ["olivia", "adam", "marc", "victor"]
some = st.lists(st.sampled_from(list(catalogue().all_grants())), min_size=1, max_size=4).map(Grants)


@pytest.mark.parametrize("name", EVERYBODY)
def test_every_member_makes_own_personal_tokens(cast: Cast, name: str) -> None:
    person = cast.people[name]
    issued = factories.token(person.actor)
    assert issued.token.membership == person.membership
    assert (issued.token.tenant, issued.token.created_by) == (cast.acme, person.user)


@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_makes_a_personal_token_where_policy_forbids_them(cast: Cast, name: str) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    with pytest.raises(ValidationError) as caught:
        factories.token(cast.people[name].actor)
    assert list(caught.value.message_dict) == ["kind"]


@pytest.mark.parametrize("name", ["olivia", "adam"])
def test_owner_and_admin_make_tenant_tokens(cast: Cast, name: str) -> None:
    issued = factories.token(cast.people[name].actor, kind=Kind.TENANT)
    assert issued.token.membership is None
    assert issued.token.subject == cast.acme.ref


@pytest.mark.parametrize("name", ["marc", "victor"])
def test_developer_and_viewer_make_no_tenant_token(cast: Cast, name: str) -> None:
    with pytest.raises(PermissionDenied) as caught:
        factories.token(cast.people[name].actor, kind=Kind.TENANT)
    assert str(caught.value.right) == "tokens:write"
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    ("name", "scope", "allowed"),
    [
        ("olivia", "members:write", True),
        ("adam", "ledger:read", True),
        ("marc", "assets:write", True),
        ("marc", "updates:run", True),
        ("marc", "projects:admin", False),
        ("marc", "tokens:read", False),
        ("victor", "assets:read", True),
        ("victor", "assets:write", False),
        ("victor", "devices:restart", False),
    ],
)
def test_a_person_gives_only_what_they_have(cast: Cast, name: str, scope: str, allowed: bool) -> None:
    if allowed:
        assert str(factories.token(cast.people[name].actor, scope).token.grants) == scope
        return
    with pytest.raises(ValidationError) as caught:
        factories.token(cast.people[name].actor, scope)
    assert "You can only give what you have yourself" in caught.value.message_dict["scopes"][0]


@given(wanted=some, name=st.sampled_from(EVERYBODY))
def test_nobody_ever_gives_what_they_do_not_have(cast: Cast, wanted: Grants, name: str) -> None:
    actor = cast.people[name].actor
    with undone():
        try:
            made = factories.token(actor, str(wanted)).token.grants
        except ValidationError:
            assert not actor.grants.covers(wanted)
        else:
            assert made == wanted
            assert actor.grants.covers(made)


def test_an_operator_makes_tenant_tokens_and_no_personal_ones(cast: Cast) -> None:
    operator = Actor.operator(cast.acme)
    assert factories.token(operator, "members:write", kind=Kind.TENANT).token.created_by is None
    with pytest.raises(ValidationError, match="Sign in as one"):
        factories.token(operator)


def test_a_person_outside_every_tenant_makes_no_token(cast: Cast) -> None:
    person = Actor.person(cast.olivia.user, cast.olivia.actor.origin)
    with pytest.raises(ValidationError):
        factories.token(person)
    with pytest.raises(PermissionDenied):
        factories.token(person, kind=Kind.TENANT)


def test_scopes_that_policy_forbids_cannot_be_given(cast: Cast) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, forbidden="assets:write")
    with pytest.raises(ValidationError, match="does not allow"):
        factories.token(cast.olivia.actor, "assets:write")
    assert factories.token(cast.olivia.actor, "assets:read")


def test_everything_that_is_wrong_is_said_at_once(cast: Cast) -> None:
    draft = Draft(kind=Kind.PERSONAL, name="", description="x" * 501, expires_at=clock.now() - timedelta(days=1))
    with pytest.raises(ValidationError) as caught:
        lifecycle.issue(draft, by=cast.marc.actor)
    assert list(caught.value.message_dict) == ["name", "description", "scopes", "expires"]
