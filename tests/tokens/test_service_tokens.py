"""Tokens that act as a service user: who makes, sees and ends them, and what they may carry."""

import pytest
from django.core.exceptions import ValidationError

from accounts import managing, roles, service_users
from accounts.access import PermissionDenied
from accounts.grants import Grants
from accounts.models import ServiceUser
from accounts.service_users import Rights
from tests import factories
from tests.cast import Cast
from tokens import findable, lifecycle, policy
from tokens.kinds import Kind
from tokens.models import Token
from tokens.once import AlreadyIssued


@pytest.fixture
def worker(cast: Cast) -> ServiceUser:
    """Marc's."""
    return factories.worker(cast.marc.actor, grants="assets:write projects:read")


@pytest.mark.parametrize("name", ["marc", "adam", "olivia"])
def test_its_managers_and_administrators_make_its_tokens(cast: Cast, worker: ServiceUser, name: str) -> None:
    issued = factories.token(cast.people[name].actor, service_user=worker)
    assert (issued.token.token_kind, issued.token.subject) == (Kind.SERVICE, worker.ref)
    assert issued.secret.value.startswith("tps_")


@pytest.mark.parametrize("name", ["victor", "stella"])
def test_nobody_else_does(cast: Cast, worker: ServiceUser, name: str) -> None:
    with pytest.raises(PermissionDenied):
        factories.token(cast.people[name].actor, service_user=worker)
    assert not Token.objects.exists()


def test_whoever_sees_the_secret_holds_every_right_in_it(cast: Cast) -> None:
    """Nobody climbs through a service user that may do more than they."""
    strong = factories.worker(cast.olivia.actor, role="owner", grants="")
    managing.add(strong, cast.marc.membership, by=cast.olivia.actor)
    with pytest.raises(ValidationError, match="what you have yourself"):
        factories.token(cast.marc.actor, "members:write", service_user=strong)
    assert factories.token(cast.marc.actor, "assets:write", service_user=strong)


def test_a_token_carries_nothing_that_its_service_user_has_not(cast: Cast, worker: ServiceUser) -> None:
    with pytest.raises(ValidationError, match="Warehouse sync has no access to this: read and change projects"):
        factories.token(cast.olivia.actor, "assets:read projects:write", service_user=worker)


def test_none_is_made_for_who_is_disabled_or_deleted(cast: Cast, worker: ServiceUser) -> None:
    service_users.disable(worker, by=cast.marc.actor)
    with pytest.raises(ValidationError, match="is disabled"):
        factories.token(cast.marc.actor, service_user=worker)
    stale = ServiceUser.objects.get(pk=worker.pk)
    service_users.enable(worker, by=cast.marc.actor)
    stale.disabled_at = None
    service_users.delete(worker, by=cast.marc.actor)
    for read_when in (stale, worker):  # one of them was read before it was deleted
        with pytest.raises(ValidationError, match=r"no such service user|has been deleted"):
            factories.token(cast.marc.actor, service_user=read_when)
    assert not Token.objects.exists()


def test_policy_switches_the_kind_and_its_endlessness(cast: Cast, worker: ServiceUser) -> None:
    with pytest.raises(ValidationError, match="Choose an end date"):
        factories.token(cast.marc.actor, service_user=worker, lives=None)
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    assert factories.token(cast.marc.actor, service_user=worker, lives=None)
    policy.change(cast.acme, by=cast.olivia.actor, service=False)
    with pytest.raises(ValidationError, match="does not allow service tokens"):
        factories.token(cast.marc.actor, service_user=worker)


def test_managers_see_and_end_the_tokens_of_just_their_service_users(cast: Cast, worker: ServiceUser) -> None:
    token = factories.token(cast.olivia.actor, service_user=worker).token
    factories.token(cast.olivia.actor, service_user=factories.worker(cast.olivia.actor))
    own = factories.token(cast.marc.actor).token
    assert set(Token.objects.visible_to(cast.marc.actor)) == {token, own}
    assert set(Token.objects.manageable_by(cast.marc.actor)) == {token, own}
    assert lifecycle.may_manage(token, cast.marc.actor)
    assert lifecycle.revoke(token, by=cast.marc.actor)


def test_who_manages_it_no_more_sees_its_tokens_no_more(cast: Cast, worker: ServiceUser) -> None:
    token = factories.token(cast.marc.actor, service_user=worker).token
    managing.remove(worker, cast.marc.membership, by=cast.olivia.actor)
    assert not Token.objects.visible_to(cast.marc.actor).exists()
    assert not lifecycle.may_manage(token, cast.marc.actor)
    with pytest.raises(PermissionDenied):
        lifecycle.edit(token, name="Mine", description="", by=cast.marc.actor)


def test_two_managers_do_not_double_a_token(cast: Cast, worker: ServiceUser) -> None:
    managing.add(worker, cast.victor.membership, by=cast.marc.actor)
    token = factories.token(cast.marc.actor, service_user=worker).token
    for name in ("marc", "victor"):
        assert list(Token.objects.visible_to(cast.people[name].actor)) == [token]


def test_the_same_key_for_another_service_user_is_another_request(cast: Cast, worker: ServiceUser) -> None:
    other = factories.worker(cast.marc.actor, grants="assets:write projects:read")
    drafts = [factories.draft("assets:read", service_user=one) for one in (worker, other)]
    lifecycle.issue(drafts[0], by=cast.marc.actor, key="k")
    with pytest.raises(AlreadyIssued):
        lifecycle.issue(drafts[0], by=cast.marc.actor, key="k")
    with pytest.raises(ValidationError):
        lifecycle.issue(drafts[1], by=cast.marc.actor, key="k")


def test_search_finds_a_token_by_its_service_user(cast: Cast, worker: ServiceUser) -> None:
    token = factories.token(cast.marc.actor, service_user=worker).token
    assert list(Token.objects.filter(findable.sought("warehouse", cast.acme.pk).condition)) == [token]
    assert list(Token.objects.of_service_user(worker)) == [token]


def test_a_role_of_a_service_user_that_shrinks_shows_in_its_rights(cast: Cast, worker: ServiceUser) -> None:
    service_users.change_rights(worker, to=Rights(roles.built_in("viewer")), by=cast.marc.actor)
    assert worker.rights.covers(Grants.parse("assets:read"))
    assert not worker.rights.covers(Grants.parse("assets:write"))
