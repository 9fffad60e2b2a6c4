"""Edit, narrow and revoke: who may, what each leaves alone, and that ended means ended."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts import memberships, roles
from accounts.access import PermissionDenied
from accounts.grants import Grants
from accounts.installed import catalogue
from accounts.models import Role
from audit import clock
from tests import factories
from tests.cast import Cast
from tests.tokens.rows import row, undone
from tokens import lifecycle
from tokens.kinds import Kind
from tokens.models import Token
from tokens.verification import Reason, Refused, Verified, verify

some = st.lists(st.sampled_from(list(catalogue().all_grants())), max_size=4).map(Grants)

# From product.md's table: own tokens everybody, the tenant's owner and admin.
MAY = [
    ("olivia", "marc", True),
    ("adam", "marc", True),
    ("adam", "olivia", True),
    ("marc", "marc", True),
    ("victor", "victor", True),
    ("marc", "victor", False),
    ("marc", "olivia", False),
    ("victor", "marc", False),
    ("stella", "marc", False),
]


@pytest.mark.parametrize(("who", "whose", "allowed"), MAY)
def test_who_may_change_whose_personal_token(cast: Cast, who: str, whose: str, allowed: bool) -> None:
    token, by = factories.token(cast.people[whose].actor, "assets:read projects:read").token, cast.people[who].actor
    assert lifecycle.may_manage(token, by) is allowed
    attempts: list[Callable[[], object]] = [
        lambda: lifecycle.edit(token, name="Other", description="", by=by),
        lambda: lifecycle.narrow(token, to=Grants.parse("assets:read"), by=by),
        lambda: lifecycle.revoke(token, by=by),
    ]
    for attempt in attempts:
        if allowed:
            attempt()
        else:
            with pytest.raises(PermissionDenied):
                attempt()
    token.refresh_from_db()
    assert (token.name, str(token.grants), token.revoked_at is not None) == (
        ("Other", "assets:read", True) if allowed else ("A token", "assets:read projects:read", False)
    )


@pytest.mark.parametrize(("who", "allowed"), [("olivia", True), ("adam", True), ("marc", False), ("victor", False)])
def test_who_may_revoke_a_tenant_token(cast: Cast, who: str, allowed: bool) -> None:
    token = factories.token(cast.olivia.actor, kind=Kind.TENANT).token
    assert lifecycle.may_manage(token, cast.people[who].actor) is allowed
    assert not lifecycle.may_manage(token, cast.stella.actor)


def test_revoking_needs_none_of_the_tokens_rights(cast: Cast) -> None:
    keeper = Role.objects.create(tenant=cast.acme, key="keeper", name="Keeper", grants_text="tokens:write")
    memberships.change_role(cast.victor.membership, to=keeper, by=cast.olivia.actor)
    issued = factories.token(cast.olivia.actor, "policy:write")
    assert lifecycle.revoke(issued.token, by=cast.victor.actor)


def test_a_member_of_old_may_change_nothing_of_the_former_self(cast: Cast) -> None:
    token = factories.token(cast.marc.actor).token
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    cast.people["marc"].membership = memberships.add(
        cast.marc.user, to=cast.acme, role=roles.built_in("developer"), by=cast.olivia.actor
    )
    assert not lifecycle.may_manage(token, cast.marc.actor)


# --- Revoke ---------------------------------------------------------------------------------------


def test_a_revoke_that_was_answered_is_refused_by_the_next_check(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Verified)
    assert lifecycle.revoke(issued.token, by=cast.marc.actor, reason="laptop lost")
    assert verify(issued.secret.value, address="192.0.2.1") == Refused(Reason.REVOKED, True, issued.token.revoked_at)
    issued.token.refresh_from_db()
    assert issued.token.ends_at == issued.token.revoked_at
    assert issued.token.revoked_reason == "laptop lost"


def test_the_first_to_revoke_is_the_one_who_did(cast: Cast) -> None:
    token = factories.token(cast.marc.actor).token
    stale = Token.objects.get(pk=token.pk)
    assert lifecycle.revoke(token, by=cast.marc.actor, reason="first")
    with clock.at(clock.now() + timedelta(hours=1)):
        assert not lifecycle.revoke(stale, by=cast.olivia.actor, reason="second")
    stale.refresh_from_db()
    assert (stale.revoked_reason, stale.revoked_at) == ("first", token.revoked_at)


def test_an_expired_token_is_not_revoked_afterwards(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, lives=timedelta(days=1), at=datetime.now(UTC) - timedelta(days=2)).token
    assert not lifecycle.revoke(token, by=cast.marc.actor)
    token.refresh_from_db()
    assert token.revoked_at is None


@pytest.mark.parametrize("reason", ["r" * 201, "two\nlines", "\x1b[31m"])
def test_a_reason_is_one_short_printable_line(cast: Cast, reason: str) -> None:
    token = factories.token(cast.marc.actor).token
    with pytest.raises(ValidationError) as caught:
        lifecycle.revoke(token, by=cast.marc.actor, reason=reason)
    assert list(caught.value.message_dict) == ["reason"]
    assert lifecycle.revoke(token, by=cast.marc.actor, reason="r" * 200)


def test_a_token_pasted_as_a_reason_is_never_kept(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    with pytest.raises(ValidationError, match="contains a token"):
        lifecycle.revoke(issued.token, by=cast.marc.actor, reason=f"found {issued.secret.value} in a log")


# --- Narrow ---------------------------------------------------------------------------------------


@given(own=some, wanted=some)
def test_narrowing_only_ever_narrows(cast: Cast, own: Grants, wanted: Grants) -> None:
    with undone():
        token = row(cast.acme, grants=str(own))
        token.save(force_insert=True)
        try:
            lifecycle.narrow(token, to=wanted, by=cast.olivia.actor)
        except ValidationError:
            assert not wanted or not own.covers(wanted)
        kept = Token.objects.get(pk=token.pk).grants
    assert kept in (own, wanted)
    assert own.covers(kept)


def test_what_was_taken_away_cannot_be_given_back(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    lifecycle.narrow(token, to=Grants.parse("assets:read@project=1"), by=cast.marc.actor)
    for wider in ("assets:write", "assets:read", "assets:read@project=2"):
        with pytest.raises(ValidationError, match="not added"):
            lifecycle.narrow(token, to=Grants.parse(wider), by=cast.marc.actor)


def test_narrowing_reads_the_row_and_not_what_a_page_remembers(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    stale = Token.objects.get(pk=token.pk)
    lifecycle.narrow(token, to=Grants.parse("assets:read"), by=cast.marc.actor)
    with pytest.raises(ValidationError, match="not added"):
        lifecycle.narrow(stale, to=Grants.parse("assets:write"), by=cast.marc.actor)


def test_a_token_that_has_ended_is_not_narrowed(cast: Cast) -> None:
    token = factories.token(cast.marc.actor, "assets:write").token
    lifecycle.revoke(token, by=cast.marc.actor)
    with pytest.raises(ValidationError, match="has ended"):
        lifecycle.narrow(token, to=Grants.parse("assets:read"), by=cast.marc.actor)
