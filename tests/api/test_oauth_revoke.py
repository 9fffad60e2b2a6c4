"""POST /oauth/revoke: a client gives up what is its own, and learns nothing of anything else (RFC 7009)."""

import pytest

from accounts.models import Tenant
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.api import oauth
from tests.api.frontegg.vendor import exchange, refresh
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.rows import forged
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.models import RevokedJwt, Token
from tokens.verification import Reason, Refused, Verified, verify

HERE = "192.0.2.1"


def works(text: str) -> bool:
    return isinstance(verify(text, address=HERE), Verified)


def refresh_token(issued: Issued) -> str:
    text: str = exchange(str(issued.token.pk), issued.secret.value).json()["refreshToken"]
    return text


def told(cast: Cast, action: Action, tenant: Tenant | None = None) -> list[Event]:
    return list(Event.objects.of_tenant((tenant or cast.acme).pk).filter(action=action))


@pytest.mark.parametrize("kind", Kind)
def test_a_client_ends_itself_with_all_its_jwts(cast: Cast, kind: Kind) -> None:
    issued = factories.token(cast.olivia.actor, kind=kind)
    jwt = oauth.jwt_of(issued)
    answer = oauth.revoke(oauth.basic(issued), issued.secret.value)
    assert (answer.status_code, answer.content) == (200, b"")
    assert not works(issued.secret.value)
    assert not works(jwt)
    [event] = told(cast, Action.TOKEN_REVOKED)
    assert (event.target_id, event.actor_id) == (str(issued.token.pk),) * 2
    assert Token.objects.get().revoked_reason == "Revoked by its own client"


def test_a_client_ends_one_jwt_alone(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    one, other = oauth.jwt_of(issued), oauth.jwt_of(issued)
    assert [oauth.revoke(oauth.basic(issued), one).status_code for _ in range(2)] == [200, 200]
    assert verify(one, address=HERE) == Refused(Reason.REVOKED, proven=True)
    assert works(other)
    assert works(issued.secret.value)
    assert RevokedJwt.objects.count() == 1
    [event] = told(cast, Action.JWT_REVOKED)
    assert event.target_id == str(issued.token.pk)


def test_a_client_gives_up_one_refresh_token_alone(cast: Cast) -> None:
    issued, another = factories.token(cast.marc.actor), factories.token(cast.marc.actor)
    one, other = refresh_token(issued), refresh_token(issued)
    assert oauth.revoke(oauth.basic(another), one).status_code == 200
    one = refresh(one).json()["refreshToken"]
    assert [oauth.revoke(oauth.basic(issued), one).status_code for _ in range(2)] == [200, 200]
    assert refresh(one).status_code == 401
    assert refresh(other).status_code == 200
    assert works(issued.secret.value)


def test_a_client_touches_nobody_else_s(cast: Cast) -> None:
    mine = factories.token(cast.marc.actor)
    for other in (factories.token(cast.marc.actor), factories.token(cast.stella.actor)):
        jwt = oauth.jwt_of(other)
        for text in (other.secret.value, jwt):
            answer = oauth.revoke(oauth.basic(mine), text)
            assert (answer.status_code, answer.content) == (200, b"")
            assert works(text)
    assert told(cast, Action.TOKEN_REVOKED) == []


@pytest.mark.parametrize("text", ["x", "a.b.c", "tpp_" + "0" * 71, "\x00"])
def test_what_is_unknown_is_revoked_already(cast: Cast, text: str) -> None:
    mine = factories.token(cast.marc.actor)
    answer = oauth.revoke(oauth.basic(mine), text)
    assert (answer.status_code, answer.content) == (200, b"")


def test_its_own_id_with_a_wrong_secret_ends_nothing(cast: Cast) -> None:
    mine = factories.token(cast.marc.actor)
    assert oauth.revoke(oauth.basic(mine), forged(mine)).status_code == 200
    assert works(mine.secret.value)


def test_an_unproven_client_ends_nothing(cast: Cast) -> None:
    mine = factories.token(cast.marc.actor)
    for headers in ({}, oauth.pair(str(mine.token.pk), forged(mine)), oauth.bearer(mine.secret.value)):
        answer = oauth.revoke(headers, mine.secret.value)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert works(mine.secret.value)


@pytest.mark.parametrize("state", states.REFUSED)
def test_a_dead_client_is_unknown(cast: Cast, state: str) -> None:
    issued: Issued = states.REFUSED[state](cast)
    assert oauth.revoke(oauth.basic(issued), issued.secret.value).status_code == 401


def test_the_token_is_asked_for(cast: Cast) -> None:
    mine = factories.token(cast.marc.actor)
    answer = oauth.call("/oauth/revoke", oauth.basic(mine))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
