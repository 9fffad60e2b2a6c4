"""A JWT made here is good wherever its token is, for as long as both are; anything else is nothing."""

import socket
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from accounts.grants import Grants
from audit import clock
from audit.record import Origin
from tests import factories
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.forgeries import FORGERIES
from tests.tokens.jwts import HERE, Forge, claims_of, exchanged, made_before
from tokens import keys, lifecycle, policy, usage
from tokens.kinds import Kind
from tokens.models import RevokedJwt
from tokens.signatures import Algorithm
from tokens.surrender import surrender
from tokens.verification import Reason, Refused, Verified, verify

UNPROVEN = (Reason.MALFORMED, Reason.UNKNOWN, Reason.WRONG_SECRET)
NOTHING_TOLD = [(Refused(reason), True) for reason in UNPROVEN]


@pytest.fixture
def no_connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that is connected to or looked up from now on."""
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: asked.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: asked.append(args))
    return asked


def test_a_jwt_acts_as_its_token_with_its_own_scope_and_end(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, "assets:write projects:read", name="Nightly")
    made = exchanged(issued, "assets:read")
    claims, verdict = claims_of(made.jwt), verify(made.jwt.value, address=HERE)
    assert isinstance(verdict, Verified)
    assert (verdict.token_id, verdict.tenant_id, verdict.subject) == (
        issued.token.pk,
        cast.acme.pk,
        cast.marc.membership.ref,
    )
    assert (verdict.kind, verdict.name, verdict.jti) == (Kind.PERSONAL, "Nightly", UUID(claims["jti"]))
    assert verdict.grants == Grants.parse("assets:read")
    assert verdict.expires_at
    assert (verdict.issued_at.timestamp(), verdict.expires_at.timestamp()) == (claims["iat"], claims["exp"])


@pytest.mark.parametrize("algorithm", Algorithm)
def test_every_algorithm_that_is_signed_with_is_honoured(cast: Cast, algorithm: Algorithm) -> None:
    made = exchanged(factories.token(cast.marc.actor), algorithm=algorithm)
    assert isinstance(verify(made.jwt.value, address=HERE), Verified)


def test_every_forged_jwt_is_refused_in_one_query_at_most_and_asks_nobody(
    cast: Cast, no_connections: list[object]
) -> None:
    forge, told = Forge.of(cast), {}
    for name, forgery in FORGERIES.items():
        forged = forgery(forge)
        assert forged != forge.text, name
        with CaptureQueriesContext(connection) as queries:
            told[name] = (verify(forged, address=HERE), len(queries) <= 1)
    assert {name: said for name, said in told.items() if said not in NOTHING_TOLD} == {}
    assert no_connections == []
    assert isinstance(verify(forge.text, address=HERE), Verified)


def test_a_jwt_that_was_really_signed_is_what_the_forge_makes_without_changes(cast: Cast) -> None:
    """Else every forgery above would be refused for the wrong reason."""
    forge = Forge.of(cast)
    for text in (forge.claiming(), forge.heading()):
        assert text != forge.text
        assert isinstance(verify(text, address=HERE), Verified)


@pytest.mark.parametrize("state", ["active", *states.REFUSED])
def test_a_jwt_is_one_query_in_every_state(cast: Cast, state: str) -> None:
    text = made_before({"active": states.active, **states.REFUSED}[state](cast))
    with CaptureQueriesContext(connection) as queries:
        verify(text, address=HERE)
    assert len(queries) == 1, [query["sql"] for query in queries]


@pytest.mark.parametrize("state", states.REFUSED)
def test_a_jwt_dies_with_its_token_and_says_why(cast: Cast, state: str) -> None:
    verdict = verify(made_before(states.REFUSED[state](cast)), address=HERE)
    assert isinstance(verdict, Refused)
    assert (verdict.reason, verdict.proven) == (states.reason(state), True)


def test_a_jwt_ends_at_its_own_second(cast: Cast) -> None:
    made = exchanged(factories.token(cast.marc.actor))
    verdict = verify(made.jwt.value, address=HERE)
    assert isinstance(verdict, Verified)
    end = verdict.expires_at
    assert end
    with clock.at(end - timedelta(microseconds=1)):
        assert isinstance(verify(made.jwt.value, address=HERE), Verified)
    with clock.at(end):
        assert verify(made.jwt.value, address=HERE) == Refused(Reason.EXPIRED, True, end)


def test_a_jwt_can_do_no_more_than_its_token_now(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, "assets:write projects:read")
    made = exchanged(issued)
    lifecycle.narrow(issued.token, to=Grants.parse("assets:read"), by=cast.marc.actor)
    verdict = verify(made.jwt.value, address=HERE)
    assert isinstance(verdict, Verified)
    assert str(verdict.grants) == "assets:read"


def test_what_policy_forbids_after_the_exchange_is_gone_at_once(cast: Cast) -> None:
    made = exchanged(factories.token(cast.marc.actor, "assets:write projects:read"))
    policy.change(cast.acme, by=cast.olivia.actor, forbidden="assets:read")
    verdict = verify(made.jwt.value, address=HERE)
    assert isinstance(verdict, Verified)
    assert str(verdict.grants) == "projects:read"


def test_a_jwt_is_bound_to_the_networks_of_its_token(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, networks="203.0.113.0/24")
    made = exchanged(issued, address="203.0.113.9")
    assert isinstance(verify(made.jwt.value, address="203.0.113.10"), Verified)
    assert verify(made.jwt.value, address=HERE) == Refused(Reason.NETWORK_NOT_ALLOWED, proven=True)


def test_a_revoked_jwt_is_refused_and_its_token_and_other_jwts_live(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    one, other = exchanged(issued), exchanged(issued)
    bearer = verify(one.jwt.value, address=HERE)
    assert isinstance(bearer, Verified)
    surrender(bearer, origin=Origin())
    assert verify(one.jwt.value, address=HERE) == Refused(Reason.REVOKED, proven=True)
    assert isinstance(verify(other.jwt.value, address=HERE), Verified)
    assert isinstance(verify(issued.secret.value, address=HERE), Verified)


def test_a_revoked_jwt_is_remembered_until_it_is_dead_anyway(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    for later in (timedelta(0), timedelta(minutes=30), timedelta(hours=2)):
        with clock.at(clock.now() + later):
            bearer = verify(exchanged(issued).jwt.value, address=HERE)
            assert isinstance(bearer, Verified)
            surrender(bearer, origin=Origin())
    assert RevokedJwt.objects.count() == 1


def test_a_retired_key_proves_nothing(cast: Cast) -> None:
    made = exchanged(factories.token(cast.marc.actor))
    keys.rotate(Algorithm.ES256, by=Actor.operator(), at_once=True)
    assert verify(made.jwt.value, address=HERE) == Refused(Reason.UNKNOWN)


def test_a_jwt_of_another_installation_costs_no_query(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = exchanged(factories.token(cast.marc.actor))
    monkeypatch.setattr(settings, "PUBLIC_ORIGIN", "https://other.test")
    with CaptureQueriesContext(connection) as queries:
        assert verify(made.jwt.value, address=HERE) == Refused(Reason.MALFORMED)
    assert len(queries) == 0


def test_a_good_jwt_counts_as_a_use_of_its_token(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    made = exchanged(issued)
    usage.forget()
    verify(made.jwt.value + "A", address=HERE)
    assert usage._latest == {}
    verify(made.jwt.value, address=HERE, client="curl/8")
    assert list(usage._latest) == [issued.token.pk]
