"""The status of a token, said once: in order of precedence, and exact to the microsecond."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tokens.kinds import Kind
from tokens.rules import Policy, Rules, Timeline, limits_in
from tokens.status import Facts, Status, status_of
from tokens.verification import Reason

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


def _under(**changes: Any) -> Timeline:
    return Timeline.of(Policy(Rules().changed(**changes)), limits_in("{}"))


FINE = Facts(
    kind=Kind.PERSONAL,
    created_at=NOW - 10 * DAY,
    expires_at=NOW + DAY,
    revoked_at=None,
    withdrawn_at=None,
    claim_until=None,
    membership_ended_at=None,
    membership_suspended_at=None,
    user_is_active=True,
    service_user_deleted_at=None,
    service_user_disabled_at=None,
    tenant_suspended_at=None,
    has_networks=False,
    timeline=Timeline.of(Policy(), Policy()),
)
WORST_FIRST: list[tuple[Status, dict[str, Any]]] = [
    (Status.REVOKED, {"revoked_at": NOW - DAY}),
    (Status.WITHDRAWN, {"withdrawn_at": NOW - DAY}),
    (Status.EXPIRED, {"expires_at": NOW - DAY}),
    (Status.LAPSED, {"claim_until": NOW - DAY}),
    (Status.PENDING, {"claim_until": NOW + DAY}),
    (Status.OWNER_GONE, {"membership_ended_at": NOW - DAY}),
    (Status.OWNER_INACTIVE, {"user_is_active": False}),
    (Status.TENANT_SUSPENDED, {"tenant_suspended_at": NOW - DAY}),
    (Status.REFUSED_BY_POLICY, {"timeline": _under(personal=False)}),
]


def test_a_token_with_nothing_against_it_is_active() -> None:
    assert status_of(FINE, NOW) is Status.ACTIVE


@pytest.mark.parametrize(("status", "change"), WORST_FIRST)
def test_each_reason_alone_gives_its_status(status: Status, change: dict[str, Any]) -> None:
    assert status_of(replace(FINE, **change), NOW) is status


@pytest.mark.parametrize("first", range(len(WORST_FIRST)))
def test_the_first_reason_that_holds_is_the_status(first: int) -> None:
    facts = FINE
    for _, change in reversed(WORST_FIRST[first:]):  # two of them speak of the same moment: the worse one stays
        facts = replace(facts, **change)
    assert status_of(facts, NOW) is WORST_FIRST[first][0]


def test_a_token_works_until_the_tick_before_its_end() -> None:
    assert status_of(replace(FINE, expires_at=NOW + TICK), NOW) is Status.ACTIVE
    assert status_of(replace(FINE, expires_at=NOW), NOW) is Status.EXPIRED


def test_a_policys_maximum_counts_from_the_issue_to_the_tick() -> None:
    facts = replace(FINE, timeline=_under(max_days=10))
    assert status_of(facts, NOW - TICK) is Status.ACTIVE
    assert status_of(facts, NOW) is Status.REFUSED_BY_POLICY


def test_a_suspended_member_is_an_inactive_owner() -> None:
    assert status_of(replace(FINE, membership_suspended_at=NOW - DAY), NOW) is Status.OWNER_INACTIVE


def test_a_service_user_is_the_owner_of_its_tokens() -> None:
    of_a_service_user = replace(FINE, kind=Kind.SERVICE)
    assert status_of(of_a_service_user, NOW) is Status.ACTIVE
    assert status_of(replace(of_a_service_user, service_user_disabled_at=NOW - DAY), NOW) is Status.OWNER_INACTIVE
    assert status_of(replace(of_a_service_user, service_user_deleted_at=NOW - DAY), NOW) is Status.OWNER_GONE
    assert status_of(replace(of_a_service_user, timeline=_under(service=False)), NOW) is Status.REFUSED_BY_POLICY


def test_a_token_without_an_end_is_active_only_where_policy_allows_it() -> None:
    endless = replace(FINE, kind=Kind.TENANT, created_at=NOW - 400 * DAY, expires_at=None)
    assert status_of(replace(endless, timeline=_under(never=True)), NOW) is Status.ACTIVE
    assert status_of(endless, NOW) is Status.REFUSED_BY_POLICY


@pytest.mark.parametrize(
    ("expires", "rules", "end"),
    [
        (NOW + DAY, {}, NOW + DAY),
        (NOW + DAY, {"max_days": 10}, NOW),
        (None, {"never": True}, None),
        (None, {}, NOW + 356 * DAY),
        (NOW + DAY, {"never": True}, NOW + DAY),
    ],
)
def test_the_end_is_the_earlier_of_its_own_and_the_policys(
    expires: datetime | None, rules: dict[str, Any], end: datetime | None
) -> None:
    assert replace(FINE, kind=Kind.TENANT, expires_at=expires, timeline=_under(**rules)).end == end


def test_only_what_nobody_can_undo_is_final() -> None:
    assert {status for status in Status if status.is_final} == {
        Status.REVOKED,
        Status.WITHDRAWN,
        Status.EXPIRED,
        Status.LAPSED,
        Status.OWNER_GONE,
    }


def test_every_status_but_active_is_a_reason_to_refuse() -> None:
    assert {status.value for status in Status} - {reason.value for reason in Reason} == {"active"}
