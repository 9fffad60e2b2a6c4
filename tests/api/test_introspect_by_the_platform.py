"""POST /oauth/introspect by a management credential: the protected API asks about every tenant's tokens."""

import pytest

from accounts.access import Actor
from accounts.models import User
from audit.record import Origin
from tests import factories
from tests.api import oauth
from tests.cast import Cast
from tokens import credentials
from tokens.credentials import IssuedCredential

INACTIVE = {"active": False}


@pytest.fixture
def gateway(petra: User) -> IssuedCredential:
    return _credential(petra, "introspect")


def test_it_knows_every_tenants_tokens(cast: Cast, gateway: IssuedCredential) -> None:
    for person in (cast.marc, cast.stella):
        issued = factories.token(person.actor)
        for headers in (_basic(gateway), oauth.bearer(gateway.secret.value)):
            said = oauth.introspect(headers, issued.secret.value).json()
            assert (said["active"], said["client_id"]) == (True, str(issued.token.pk))


def test_without_the_right_it_knows_none(cast: Cast, petra: User) -> None:
    issued = factories.token(cast.marc.actor)
    other = _credential(petra, "provision", "tokens", "sessions")
    assert oauth.introspect(_basic(other), issued.secret.value).json() == INACTIVE


def test_it_is_nothing_to_ask_about_itself(gateway: IssuedCredential) -> None:
    assert oauth.introspect(_basic(gateway), gateway.secret.value).json() == INACTIVE


def test_a_revoked_or_wrong_one_asks_nothing(cast: Cast, petra: User, gateway: IssuedCredential) -> None:
    issued, other = factories.token(cast.marc.actor), _credential(petra, "introspect")
    mixed = oauth.pair(str(gateway.credential.pk), other.secret.value)
    credentials.revoke(gateway.credential, by=_admin(petra))
    for headers in (mixed, _basic(gateway)):
        answer = oauth.introspect(headers, issued.secret.value)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    by_bearer = oauth.introspect(oauth.bearer(gateway.secret.value), issued.secret.value)
    assert (by_bearer.status_code, by_bearer.json()["code"]) == (401, "token_revoked")


def test_it_gets_and_revokes_no_token_at_the_other_endpoints(cast: Cast, gateway: IssuedCredential) -> None:
    issued = factories.token(cast.marc.actor)
    assert oauth.token(_basic(gateway)).status_code == 401
    assert oauth.revoke(_basic(gateway), issued.secret.value).status_code == 401
    assert oauth.introspect(_basic(gateway), issued.secret.value).json()["active"]


def _basic(issued: IssuedCredential) -> dict[str, str]:
    return oauth.pair(str(issued.credential.pk), issued.secret.value)


def _credential(petra: User, *rights: str) -> IssuedCredential:
    return credentials.create("Gateway", rights, by=_admin(petra))


def _admin(petra: User) -> Actor:
    return Actor.person(petra, Origin())
