"""A tenant's token policy: its defaults, what it refuses, and that it bites at the next check."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.access import Actor, PermissionDenied
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import Cast
from tokens import policy
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.policy import rules_of
from tokens.rules import Rules, timeline_of
from tokens.verification import Reason, Refused, Verified, verify

MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_who_chose_nothing_has_a_year_every_kind_and_always_an_end(cast: Cast) -> None:
    rules = rules_of(cast.acme)
    assert rules == Rules().changed(personal=True, service=True, tenant=True, max_days=366, never=False, forbidden="")
    assert [rules.latest_end(kind, MADE) for kind in Kind] == [MADE + timedelta(days=366)] * len(Kind)


def test_only_what_no_person_holds_may_be_without_an_end_and_only_where_policy_says_so() -> None:
    never = Rules().changed(never=True)
    for kind in (Kind.TENANT, Kind.SERVICE):
        assert not Rules().may_never_end(kind)
        assert never.may_never_end(kind)
    assert not never.may_never_end(Kind.PERSONAL)
    assert never.latest_end(Kind.TENANT, MADE) is None


def test_an_older_process_reads_a_newer_row() -> None:
    said = {"kinds": {"personal": {"max_days": 7, "invented_later": 1}, "hologram": {}}, "invented_later": True}
    assert Rules.read(said).of(Kind.PERSONAL).max_days == 7


def test_a_change_keeps_what_it_does_not_name(cast: Cast) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, max_days=30)
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    cast.acme.refresh_from_db()
    assert rules_of(cast.acme) == Rules().changed(max_days=30, never=True)
    cast.globex.refresh_from_db()
    assert rules_of(cast.globex) == Rules()


def test_a_change_is_in_the_ledger_with_before_and_after(cast: Cast) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, max_days=30, tenant=False)
    event = Event.objects.get(action=Action.POLICY_CHANGED)
    lessened = {f"{kind}_max_days": [366, 30] for kind in Kind}
    assert event.detail == lessened | {"tenant_allowed": [True, False]}
    assert (event.tenant_id, event.actor_id) == (cast.acme.pk, str(cast.olivia.user.pk))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"max_days": 0}, "personal_max_days"),
        ({"max_days": -1}, "personal_max_days"),
        ({"max_days": 367}, "personal_max_days"),
        ({"forbidden": "assets"}, "forbidden"),
        ({"forbidden": "assets:write,projects:write"}, "forbidden"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        policy.change(cast.acme, by=cast.olivia.actor, **changes)
    assert field in caught.value.message_dict
    cast.acme.refresh_from_db()
    assert rules_of(cast.acme) == Rules()
    assert not Event.objects.filter(action=Action.POLICY_CHANGED).exists()


@pytest.mark.parametrize("name", ["marc", "victor", "stella"])
def test_only_those_with_the_right_in_that_tenant_change_it(cast: Cast, name: str) -> None:
    with pytest.raises(PermissionDenied):
        policy.change(cast.acme, by=cast.people[name].actor, never=True)


@pytest.mark.parametrize("name", ["olivia", "adam"])
def test_owner_and_admin_change_it(cast: Cast, name: str) -> None:
    assert policy.change(cast.acme, by=cast.people[name].actor, never=True).may_never_end(Kind.TENANT)


def test_a_kind_that_is_switched_off_is_refused_at_the_next_check_and_back_when_switched_on(cast: Cast) -> None:
    tokens = {kind: factories.token(cast.olivia.actor, kind=kind) for kind in Kind}
    for kind, other in [*pairwise(Kind), (Kind.TENANT, Kind.PERSONAL)]:
        _change(cast, **{kind.value: False})
        assert _check(tokens[kind]) == Refused(Reason.REFUSED_BY_POLICY, proven=True, is_off=True)
        assert isinstance(_check(tokens[other]), Verified)
        _change(cast, **{kind.value: True})
        assert isinstance(_check(tokens[kind]), Verified)


def test_a_shorter_maximum_stops_older_tokens_at_the_next_check(cast: Cast) -> None:
    made = datetime.now(UTC) - timedelta(days=10)
    issued = factories.token(cast.marc.actor, lives=timedelta(days=90), at=made)
    _change(cast, max_days=11)
    verdict = _check(issued)
    assert isinstance(verdict, Verified)
    assert verdict.expires_at == issued.token.created_at + timedelta(days=11)
    _change(cast, max_days=10)
    assert _check(issued) == Refused(Reason.REFUSED_BY_POLICY, proven=True)


def test_never_taken_back_stops_tokens_that_are_older_than_the_maximum(cast: Cast) -> None:
    _change(cast, never=True)
    old = factories.token(cast.olivia.actor, kind=Kind.TENANT, lives=None, at=datetime.now(UTC) - timedelta(days=400))
    assert isinstance(_check(old), Verified)
    _change(cast, never=False)
    assert _check(old) == Refused(Reason.REFUSED_BY_POLICY, proven=True)


def test_forbidden_scopes_are_taken_from_every_token_at_the_next_check(cast: Cast) -> None:
    personal = factories.token(cast.olivia.actor, "assets:write projects:read")
    tenant = factories.token(cast.olivia.actor, "assets:write devices:read", kind=Kind.TENANT)
    _change(cast, forbidden="assets:write projects:read")
    assert _scope(personal) == "assets:read"
    assert _scope(tenant) == "assets:read devices:read"
    _change(cast, forbidden="")
    assert _scope(personal) == "assets:write projects:read"


def test_a_token_with_everything_forbidden_is_active_and_able_to_do_nothing(cast: Cast) -> None:
    issued = factories.token(cast.olivia.actor, "assets:read")
    _change(cast, forbidden="assets:read")
    verdict = _check(issued)
    assert isinstance(verdict, Verified)
    assert not verdict.grants


def test_equal_texts_are_read_once() -> None:
    assert timeline_of('{"rules": {}}', "{}") is timeline_of('{"rules": {}}', "{}")


def _change(cast: Cast, **changes: Any) -> None:
    policy.change(cast.acme, by=Actor.operator(cast.acme), **changes)


def _check(issued: Issued) -> Verified | Refused:
    return verify(issued.secret.value, address="192.0.2.1")


def _scope(issued: Issued) -> str:
    verdict = _check(issued)
    assert isinstance(verdict, Verified)
    return str(verdict.grants)
