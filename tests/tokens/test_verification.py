"""The one check: what it answers, in which order it looks, and what it costs."""

from datetime import timedelta
from zlib import crc32

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.grants import Grants
from audit import clock
from audit.ids import uuid7
from tests import factories
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.rows import forged
from tokens import at_rest, secret, usage
from tokens.at_rest import Owner
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.secret import Secret
from tokens.verification import Reason, Refused, Verified, verify

HERE = "192.0.2.1"


def test_a_good_token_is_told_who_it_is(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, "assets:write projects:read", name="Nightly")
    verdict = verify(issued.secret.value, address=HERE)
    assert verdict == Verified(
        token_id=issued.token.pk,
        tenant_id=cast.acme.pk,
        kind=Kind.PERSONAL,
        subject=cast.marc.membership.ref,
        grants=Grants.parse("assets:write projects:read"),
        expires_at=issued.token.expires_at,
        issued_at=issued.token.created_at,
        name="Nightly",
        tenant_slug="acme",
        tenant_name="Acme",
    )


def test_a_tenant_token_acts_as_the_tenant(cast: Cast) -> None:
    issued = factories.token(cast.olivia.actor, kind=Kind.TENANT)
    verdict = verify(issued.secret.value, address=HERE)
    assert isinstance(verdict, Verified)
    assert (verdict.kind, verdict.subject) == (Kind.TENANT, cast.acme.ref)


@pytest.mark.parametrize("state", states.REFUSED)
def test_a_right_secret_of_a_dead_token_is_told_why(cast: Cast, state: str) -> None:
    issued = states.REFUSED[state](cast)
    verdict = verify(issued.secret.value, address=HERE)
    assert isinstance(verdict, Refused)
    assert (verdict.reason, verdict.proven) == (states.reason(state), True)


@pytest.mark.parametrize("state", ["active", *states.REFUSED])
def test_a_wrong_secret_learns_nothing_of_the_state(cast: Cast, state: str) -> None:
    issued = {"active": states.active, **states.REFUSED}[state](cast)
    assert verify(forged(issued), address=HERE) == Refused(Reason.WRONG_SECRET)


@pytest.mark.parametrize("state", ["active", *states.REFUSED])
def test_a_check_is_one_query_in_every_state(cast: Cast, state: str) -> None:
    issued = {"active": states.active, **states.REFUSED}[state](cast)
    for text in (issued.secret.value, forged(issued)):
        with CaptureQueriesContext(connection) as queries:
            verify(text, address=HERE)
        assert len(queries) == 1, [query["sql"] for query in queries]


def test_an_unknown_id_is_one_query_and_the_same_work(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tags: list[str] = []
    real = at_rest.tag

    def counting(part: Secret, owner: Owner, key: bytes) -> str:
        tags.append(owner.kind)
        return real(part, owner, key)

    monkeypatch.setattr(at_rest, "tag", counting)
    unknown = secret.assemble("tp", Kind.PERSONAL, uuid7(), secret.mint()).value
    with CaptureQueriesContext(connection) as queries:
        assert verify(unknown, address=HERE) == Refused(Reason.UNKNOWN)
    assert (len(queries), len(tags)) == (1, 1)


@pytest.mark.parametrize("text", ["", "tpp_", "tpp_" + "0" * 71, "x" * 10_000, "tpp_\x00", "é"])
def test_what_is_no_token_costs_no_query(cast: Cast, text: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert verify(text, address=HERE) == Refused(Reason.MALFORMED)
    assert len(queries) == 0


def test_a_token_of_another_installation_costs_no_query(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    other = secret.assemble("acme", Kind.PERSONAL, issued.token.pk, _part(issued)).value
    with CaptureQueriesContext(connection) as queries:
        assert verify(other, address=HERE) == Refused(Reason.MALFORMED)
    assert len(queries) == 0


def test_another_kind_letter_around_the_right_secret_is_a_wrong_secret(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    body = issued.secret.value[:-6].replace("tpp_", "tpt_")
    turned = body + secret.encode(crc32(body.encode()), 6)
    assert verify(turned, address=HERE) == Refused(Reason.WRONG_SECRET)


def test_the_id_of_one_token_with_the_secret_of_another_is_a_wrong_secret(cast: Cast) -> None:
    one, other = factories.token(cast.marc.actor), factories.token(cast.marc.actor)
    mixed = secret.assemble("tp", Kind.PERSONAL, one.token.pk, _part(other)).value
    assert verify(mixed, address=HERE) == Refused(Reason.WRONG_SECRET)


@pytest.mark.parametrize("state", ["revoked", "expired"])
def test_its_holder_hears_since_when(cast: Cast, state: str) -> None:
    issued = states.REFUSED[state](cast)
    verdict = verify(issued.secret.value, address=HERE)
    assert isinstance(verdict, Refused)
    assert verdict.at == (issued.token.revoked_at or issued.token.expires_at)


def test_expiry_is_compared_with_now_and_never_cleaned_up(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, lives=timedelta(days=1))
    assert issued.token.expires_at
    with clock.at(issued.token.expires_at - timedelta(microseconds=1)):
        assert isinstance(verify(issued.secret.value, address=HERE), Verified)
    with clock.at(issued.token.expires_at):
        assert verify(issued.secret.value, address=HERE) == Refused(Reason.EXPIRED, True, issued.token.expires_at)
    assert isinstance(verify(issued.secret.value, address=HERE), Verified)


@pytest.mark.parametrize(
    ("address", "works"), [("203.0.113.9", True), ("203.0.112.9", False), ("", False), ("::1", False)]
)
def test_a_token_with_networks_works_from_there_alone(cast: Cast, address: str, works: bool) -> None:
    issued = factories.token(cast.marc.actor, networks="203.0.113.0/24")
    assert isinstance(verify(issued.secret.value, address=address), Verified) is works


def test_only_a_good_check_counts_as_a_use(cast: Cast) -> None:
    good, dead = factories.token(cast.marc.actor), states.revoked(cast)
    verify(dead.secret.value, address=HERE)
    verify(forged(good), address=HERE)
    assert usage._latest == {}
    verify(good.secret.value, address=HERE, client="curl/8")
    assert list(usage._latest) == [good.token.pk]


def _part(issued: Issued) -> Secret:
    parsed = secret.parse(issued.secret.value)
    assert parsed
    return parsed.secret
