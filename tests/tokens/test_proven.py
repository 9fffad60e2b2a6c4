"""A proof is remembered, and nothing else: every check reads the row, and another row is proven anew."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Role, Tenant, User
from audit import clock
from tests import factories
from tests.cast import Cast
from tests.tokens.rows import forged
from tokens import lifecycle, proven, secret
from tokens.lifecycle import Issued
from tokens.models import Token
from tokens.rules import Policy, Rules
from tokens.verification import Reason, Refused, Verified, verify

HERE = "192.0.2.1"


@pytest.fixture
def issued(cast: Cast) -> Issued:
    """A token that was checked before."""
    made = factories.token(cast.marc.actor, "assets:write projects:read")
    assert isinstance(_verdict(made), Verified)
    return made


def _verdict(issued: Issued) -> Verified | Refused:
    return verify(issued.secret.value, address=HERE)


def test_the_second_check_proves_nothing_and_reads_the_row(issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "parse", lambda text: pytest.fail("taken apart again"))
    with CaptureQueriesContext(connection) as made:
        assert isinstance(_verdict(issued), Verified)
    assert len(made) == 1


CHANGES: dict[str, tuple[Callable[[Cast, Issued], object], Reason]] = {
    "revoked": (lambda cast, one: lifecycle.revoke(one.token, by=cast.olivia.actor), Reason.REVOKED),
    "removed": (lambda cast, one: Membership.objects.update(ended_at=clock.now()), Reason.OWNER_GONE),
    "suspended": (lambda cast, one: Membership.objects.update(suspended_at=clock.now()), Reason.OWNER_INACTIVE),
    "closed": (lambda cast, one: User.objects.update(is_active=False), Reason.OWNER_INACTIVE),
    "tenant suspended": (lambda cast, one: Tenant.objects.update(suspended_at=clock.now()), Reason.TENANT_SUSPENDED),
    "kind switched off": (
        lambda cast, one: Tenant.objects.update(token_rules=Policy(Rules().changed(personal=False)).text),
        Reason.REFUSED_BY_POLICY,
    ),
    "networks": (
        lambda cast, one: Token.objects.update(networks_text="198.51.100.0/24"),
        Reason.NETWORK_NOT_ALLOWED,
    ),
    "another secret": (lambda cast, one: Token.objects.update(secret_tag="0" * 64), Reason.WRONG_SECRET),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_counts_at_once_and_in_one_query(cast: Cast, issued: Issued, change: str) -> None:
    happens, reason = CHANGES[change]
    happens(cast, issued)
    with CaptureQueriesContext(connection) as made:
        verdict = _verdict(issued)
    assert isinstance(verdict, Refused)
    assert (verdict.reason, len(made)) == (reason, 1)


def test_a_role_that_shrinks_shows_at_once(issued: Issued) -> None:
    Role.objects.update(grants_text="projects:read")
    verdict = _verdict(issued)
    assert isinstance(verdict, Verified)
    assert str(verdict.grants) == "projects:read"


def test_it_ends_when_the_token_does_though_no_row_changes(issued: Issued) -> None:
    assert issued.token.expires_at
    with clock.at(issued.token.expires_at - timedelta(seconds=1)):
        assert isinstance(_verdict(issued), Verified)
    with clock.at(issued.token.expires_at):
        verdict = _verdict(issued)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.EXPIRED


def test_it_ends_on_the_day_of_a_planned_policy(cast: Cast, issued: Issued) -> None:
    day = clock.now() + timedelta(days=1)
    planned = Policy(Rules(), Rules().changed(personal=False), day)
    Tenant.objects.filter(pk=cast.acme.pk).update(token_rules=planned.text)
    assert isinstance(_verdict(issued), Verified)
    with clock.at(day):
        verdict = _verdict(issued)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.REFUSED_BY_POLICY


def test_another_secret_of_the_same_token_is_not_proven_by_it(issued: Issued) -> None:
    verdict = verify(forged(issued), address=HERE)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.WRONG_SECRET


def test_under_another_key_it_is_proven_anew(issued: Issued, settings: Any) -> None:
    settings.TOKEN_TAG_KEYS = {"other": b"o" * 32}
    verdict = _verdict(issued)
    assert isinstance(verdict, Refused)
    assert verdict.reason is Reason.WRONG_SECRET


def test_what_is_remembered_holds_no_secret_and_has_a_limit(
    cast: Cast, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert issued.secret.value[-49:] not in repr(proven._known)
    monkeypatch.setattr(proven, "REMEMBERED", 3)
    for _ in range(9):
        _verdict(factories.token(cast.marc.actor))
        assert 1 <= len(proven._known) <= 3
