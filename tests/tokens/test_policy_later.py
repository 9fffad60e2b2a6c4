"""A policy change that takes effect on a later day, and the platform's limits around every policy."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import tenants
from accounts.access import Actor, PermissionDenied
from accounts.models import User
from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import ORIGIN, Cast
from tokens import policy
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.rules import Rules
from tokens.status import Status
from tokens.verification import Reason, Refused, Verified, verify

NETWORK = "192.0.2.0/24"
OPERATOR = Actor.operator()


def test_a_planned_change_bites_at_its_moment_and_not_before(cast: Cast) -> None:
    issued, day = factories.token(cast.marc.actor), clock.now() + 7 * DAY
    _plan(cast, day, personal=False)
    assert isinstance(_at(day - timedelta(microseconds=1), issued), Verified)
    assert _at(day, issued) == Refused(Reason.REFUSED_BY_POLICY, proven=True, is_off=True)
    issued.token.tenant.refresh_from_db()
    with clock.at(day):
        assert issued.token.status is Status.REFUSED_BY_POLICY


def test_a_check_never_promises_more_than_the_planned_change_leaves(cast: Cast) -> None:
    """Else a JWT for the token, checked elsewhere, would outlive it."""
    issued, day = factories.token(cast.marc.actor), clock.now() + 7 * DAY
    _plan(cast, day, personal=False)
    verdict = _at(clock.now(), issued)
    assert isinstance(verdict, Verified)
    assert verdict.expires_at == day


def test_a_shorter_maximum_counts_from_the_issue_but_not_before_its_day(cast: Cast) -> None:
    now = clock.now()
    young, old = (factories.token(cast.marc.actor, lives=90 * DAY, at=now - age) for age in (DAY, 40 * DAY))
    _plan(cast, now + 7 * DAY, max_days=30)
    assert isinstance(_at(now + 6 * DAY, old), Verified)
    assert isinstance(_at(now + 7 * DAY, old), Refused)
    assert isinstance(_at(now + 28 * DAY, young), Verified)
    assert isinstance(_at(now + 29 * DAY, young), Refused)


def test_scopes_are_forbidden_from_the_day_on(cast: Cast) -> None:
    issued, day = factories.token(cast.olivia.actor, "assets:write"), clock.now() + DAY
    _plan(cast, day, forbidden="assets:write")
    scopes = [str(_verified(_at(moment, issued)).grants) for moment in (clock.now(), day)]
    assert scopes == ["assets:write", "assets:read"]


def test_a_token_without_networks_is_refused_where_they_are_required(cast: Cast) -> None:
    anywhere, bound = factories.token(cast.marc.actor), factories.token(cast.marc.actor, networks=NETWORK)
    policy.change(cast.acme, by=OPERATOR, networks=True)
    assert _at(clock.now(), anywhere) == Refused(Reason.REFUSED_BY_POLICY, proven=True)
    assert isinstance(_at(clock.now(), bound), Verified)


def test_another_plan_replaces_the_first_and_a_withdrawn_one_never_comes(cast: Cast) -> None:
    issued, now = factories.token(cast.marc.actor), clock.now()
    _plan(cast, now + DAY, personal=False)
    _plan(cast, now + 2 * DAY, personal=False)
    assert isinstance(_at(now + DAY, issued), Verified)
    assert policy.withdraw(cast.acme, by=cast.olivia.actor)
    assert not policy.withdraw(cast.acme, by=cast.olivia.actor)
    assert isinstance(_at(now + 2 * DAY, issued), Verified)
    told = list(Event.objects.order_by("id").filter(action__startswith="policy.").values_list("action", flat=True))
    assert told == [Action.POLICY_PLANNED, Action.POLICY_PLANNED, Action.POLICY_WITHDRAWN]


def test_what_has_come_cannot_be_withdrawn(cast: Cast) -> None:
    _plan(cast, clock.now() + DAY, personal=False)
    with clock.at(clock.now() + DAY):
        assert not policy.withdraw(cast.acme, by=OPERATOR)
        assert not policy.policy_of(cast.acme).rules.allows(Kind.PERSONAL)


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_plan_is_for_a_day_to_come(cast: Cast, days: int) -> None:
    with pytest.raises(ValidationError):
        _plan(cast, clock.now() + days * DAY, personal=False)


def test_the_check_stays_one_query_with_a_plan_and_limits(cast: Cast, petra: User) -> None:
    issued = factories.token(cast.marc.actor)
    _plan(cast, clock.now() + DAY, max_days=30)
    _limit(petra, max_days=60)
    with CaptureQueriesContext(connection) as asked:
        verify(issued.secret.value, address="192.0.2.1")
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("changes", "draft", "field"),
    [
        ({"description": True}, {}, "description"),
        ({"networks": True}, {}, "networks"),
        ({"custom": False}, {"scope": "projects:read@project=1"}, "scopes"),
        ({"per_person": 1}, {}, "kind"),
    ],
)
def test_what_binds_at_issue_is_refused_there(
    cast: Cast, changes: dict[str, Any], draft: dict[str, Any], field: str
) -> None:
    earlier = factories.token(cast.olivia.actor)
    policy.change(cast.acme, by=OPERATOR, **changes)
    with pytest.raises(ValidationError) as caught:
        factories.token(cast.olivia.actor, draft.get("scope", "assets:read"))
    assert list(caught.value.message_dict) == [field]
    if "networks" not in changes:
        assert isinstance(_at(clock.now(), earlier), Verified)


def test_the_platforms_limits_bound_every_tenant_at_once(cast: Cast, petra: User) -> None:
    ours, theirs = factories.token(cast.marc.actor), factories.token(cast.stella.actor, at=clock.now() - 10 * DAY)
    _limit(petra, max_days=10)
    assert isinstance(_at(clock.now(), ours), Verified)
    assert isinstance(_at(clock.now(), theirs), Refused)
    with pytest.raises(ValidationError) as caught:
        _plan(cast, None, max_days=11)
    assert "personal_max_days" in caught.value.message_dict


def test_a_tenant_made_later_is_within_the_limits_too(cast: Cast, petra: User) -> None:
    _limit(petra, personal=False)
    made = tenants.create("umbrella", "Umbrella", owner=cast.stella.user, by=OPERATOR)
    assert not policy.rules_of(made).allows(Kind.PERSONAL)


def test_limits_can_come_later_and_be_withdrawn(cast: Cast, petra: User) -> None:
    issued, day = factories.token(cast.marc.actor), clock.now() + DAY
    _limit(petra, on=day, personal=False)
    assert isinstance(_at(clock.now(), issued), Verified)
    assert isinstance(_at(day, issued), Refused)
    assert policy.withdraw_limits(by=_governor(petra))
    assert isinstance(_at(day, issued), Verified)


@pytest.mark.parametrize("verb", [policy.withdraw_limits, lambda *, by: policy.limit(Rules(), on=None, by=by)])
def test_limits_are_for_platform_admins(cast: Cast, verb: Callable[..., object]) -> None:
    with pytest.raises(PermissionDenied):
        verb(by=cast.olivia.actor)


@pytest.mark.parametrize("name", ["marc", "victor", "stella"])
def test_only_those_with_the_right_plan_and_withdraw(cast: Cast, name: str) -> None:
    by = cast.people[name].actor
    with pytest.raises(PermissionDenied):
        policy.plan(cast.acme, Rules(), on=None, by=by)
    with pytest.raises(PermissionDenied):
        policy.withdraw(cast.acme, by=by)


def _plan(cast: Cast, day: datetime | None, **changes: Any) -> None:
    policy.plan(cast.acme, Rules().changed(**changes), on=day, by=cast.olivia.actor)


def _governor(petra: User) -> Actor:
    return Actor.person(User.objects.get(pk=petra.pk), ORIGIN)


def _limit(petra: User, on: datetime | None = None, **changes: Any) -> None:
    policy.limit(Rules().changed(**changes), on=on, by=_governor(petra))


def _at(moment: datetime, issued: Issued) -> Verified | Refused:
    with clock.at(moment):
        return verify(issued.secret.value, address="192.0.2.1")


def _verified(verdict: Verified | Refused) -> Verified:
    assert isinstance(verdict, Verified)
    return verdict
