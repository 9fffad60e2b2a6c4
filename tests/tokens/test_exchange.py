"""A client id and its secret become a JWT: RFC 9068, short, and never more than its token."""

from datetime import timedelta
from uuid import UUID

import jwt as pyjwt
import pytest
from django.core.exceptions import ValidationError

from audit import clock
from audit.ids import uuid7
from tests import factories
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.jwts import HERE, claims_of, exchanged, header_of
from tests.tokens.rows import forged
from tokens import exchange, keys, policy, secret
from tokens.exchange import Exchanged
from tokens.kinds import Kind
from tokens.signatures import Algorithm
from tokens.verification import Reason, Refused, Verified, verify


def bearer_of(text: str) -> Verified:
    bearer = verify(text, address=HERE)
    assert isinstance(bearer, Verified)
    return bearer


def test_the_claims_are_those_of_an_access_token(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, "assets:write projects:read")
    before = int(clock.now().timestamp())
    made = exchanged(issued)
    claims, client_id = claims_of(made.jwt), str(issued.token.pk)
    assert UUID(claims.pop("jti")).version == 7
    assert before <= claims.pop("iat") <= clock.now().timestamp()
    assert claims.pop("exp") == claims_of(made.jwt)["iat"] + 300
    assert claims == {
        "iss": "http://testserver",
        "aud": "http://testserver",
        "sub": client_id,
        "client_id": client_id,
        "tenantId": str(cast.acme.pk),
        "userId": str(cast.marc.user.pk),
        "scope": "assets:write projects:read",
    }
    assert (made.scope, made.expires_in) == ("assets:write projects:read", 300)


def test_the_header_names_the_key_and_the_type(cast: Cast) -> None:
    made = exchanged(factories.token(cast.marc.actor))
    kid = keys.signer(Algorithm.ES256, clock.now()).kid
    assert header_of(made.jwt) == {"alg": "ES256", "kid": kid, "typ": "at+jwt"}


def test_no_user_stands_in_the_jwt_of_a_tenant_token(cast: Cast) -> None:
    made = exchanged(factories.token(cast.olivia.actor, kind=Kind.TENANT))
    assert "userId" not in claims_of(made.jwt)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_another_library_checks_it_with_the_published_key(cast: Cast, algorithm: Algorithm) -> None:
    made = exchanged(factories.token(cast.marc.actor), algorithm=algorithm)
    read = pyjwt.decode(
        made.jwt.value,
        keys.public_pem(algorithm),
        algorithms=[algorithm],
        audience="http://testserver",
        issuer="http://testserver",
        options={"require": ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"]},
    )
    assert read == claims_of(made.jwt)


def test_a_jwt_in_memory_prints_as_stars(cast: Cast) -> None:
    made = exchanged(factories.token(cast.marc.actor))
    assert made.jwt.value not in repr(made)


def test_a_jwt_never_outlives_its_token(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, lives=timedelta(days=1))
    end = issued.token.expires_at
    assert end
    with clock.at(end - timedelta(seconds=90)):
        made = exchanged(issued)
        assert claims_of(made.jwt)["exp"] == int(end.timestamp())
        assert 89 <= made.expires_in <= 91


def test_in_its_last_second_a_token_is_not_exchanged_any_more(cast: Cast) -> None:
    moment = clock.now().replace(microsecond=300_000)
    issued = factories.token(cast.marc.actor, lives=timedelta(days=1), at=moment - timedelta(days=1, milliseconds=-200))
    with clock.at(moment):
        verdict = exchange.exchange(bearer_of(issued.secret.value))
    assert verdict == Refused(Reason.EXPIRED, True, issued.token.expires_at)


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1), timedelta(hours=1, microseconds=1)])
def test_no_jwt_lives_longer_than_an_hour(cast: Cast, lifetime: timedelta) -> None:
    with pytest.raises(ValueError, match="an hour at most"):
        exchanged(factories.token(cast.marc.actor), lifetime=lifetime)


@pytest.mark.parametrize(
    "scope", ["assets:read", "assets:write", "projects:read assets:read", "assets:write@project=1"]
)
def test_a_scope_narrows(cast: Cast, scope: str) -> None:
    made = exchanged(factories.token(cast.marc.actor, "assets:write projects:read"), scope)
    assert set(made.scope.split()) == set(scope.split())
    assert claims_of(made.jwt)["scope"] == made.scope


@pytest.mark.parametrize(
    "scope", ["assets:admin", "assets:read libraries:read", "nothing:read", "rubbish", "é", '"', " ", "a" * 3000]
)
def test_a_scope_that_is_none_or_not_held_is_refused(cast: Cast, scope: str) -> None:
    with pytest.raises(ValidationError) as refused:
        exchanged(factories.token(cast.marc.actor, "assets:write"), scope)
    assert refused.value.code == exchange.INVALID_SCOPE


def test_a_jwt_cannot_be_exchanged_for_another(cast: Cast) -> None:
    """Else a stolen one could live for ever."""
    made = exchanged(factories.token(cast.marc.actor))
    with pytest.raises(ValueError, match="not a JWT"):
        exchange.exchange(bearer_of(made.jwt.value))


def test_the_secret_of_a_client_id_is_its_whole_token_string(cast: Cast) -> None:
    one, other = factories.token(cast.marc.actor), factories.token(cast.marc.actor)
    jwt = exchanged(one).jwt.value
    pairs = {
        (str(one.token.pk), one.secret.value): None,
        (str(other.token.pk), one.secret.value): Reason.WRONG_SECRET,
        (str(one.token.pk), forged(one)): Reason.WRONG_SECRET,
        (str(one.token.pk), jwt): Reason.MALFORMED,
        (str(one.token.pk), ""): Reason.MALFORMED,
        ("", one.secret.value): Reason.WRONG_SECRET,
        (str(one.token.pk), one.secret.value[:-1]): Reason.MALFORMED,
    }
    for (client_id, client_secret), reason in pairs.items():
        verdict = exchange.authenticate(client_id, client_secret, address=HERE)
        assert (verdict.reason if isinstance(verdict, Refused) else None) == reason


def test_an_unknown_client_id_is_unknown(cast: Cast) -> None:
    pk = uuid7()
    text = secret.assemble("tp", Kind.PERSONAL, pk, secret.mint()).value
    assert exchange.authenticate(str(pk), text, address=HERE) == Refused(Reason.UNKNOWN)


@pytest.mark.parametrize("state", states.REFUSED)
def test_a_dead_token_is_not_exchanged_and_its_holder_hears_why(cast: Cast, state: str) -> None:
    issued = states.REFUSED[state](cast)
    verdict = exchange.authenticate(str(issued.token.pk), issued.secret.value, address=HERE)
    assert isinstance(verdict, Refused)
    assert (verdict.reason, verdict.proven) == (states.reason(state), True)


def test_a_token_without_effective_rights_gets_a_jwt_that_can_do_nothing(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, "assets:read")
    policy.change(cast.acme, by=cast.olivia.actor, forbidden="assets:read")
    made = exchange.exchange(bearer_of(issued.secret.value))
    assert isinstance(made, Exchanged)
    assert (made.scope, claims_of(made.jwt)["scope"]) == ("", "")
