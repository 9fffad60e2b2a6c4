"""Clients that nobody here wrote, against a running server: Authlib and PyJWT, told nothing but the origin."""

from datetime import timedelta
from typing import Any

import jwt as pyjwt
import pytest
import time_machine
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.access import Actor
from audit import clock
from tests import factories
from tests.cast import Cast
from tests.tokens.jwts import claims_of
from tokens import keys
from tokens.kinds import Kind
from tokens.secret import Secret
from tokens.signatures import Algorithm


@pytest.fixture
def origin(live_server: LiveServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Plain http on this machine, which Authlib has to be told."""
    settings.PUBLIC_ORIGIN = live_server.url
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    return str(live_server.url)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_gets_introspects_and_revokes(cast: Cast, origin: str, method: str) -> None:
    issued = factories.token(cast.olivia.actor, "assets:write projects:read", kind=Kind.TENANT)
    known = Client().get("/.well-known/oauth-authorization-server").json()
    with OAuth2Session(
        str(issued.token.pk), issued.secret.value, token_endpoint_auth_method=method, scope="assets:read"
    ) as session:
        token = session.fetch_token(known["token_endpoint"], grant_type="client_credentials")
        assert (token["scope"], token["expires_in"]) == ("assets:read", 300)
        assert session.get(f"{origin}/api/v1/me").json()["scope"] == "assets:read"

        said = session.introspect_token(known["introspection_endpoint"], token=token["access_token"]).json()
        assert (said["active"], said["client_id"], said["iss"]) == (True, str(issued.token.pk), origin)

        assert session.revoke_token(known["revocation_endpoint"], token=token["access_token"]).status_code == 200
        gone = session.introspect_token(known["introspection_endpoint"], token=token["access_token"]).json()
        assert gone == {"active": False}
        assert session.get(f"{origin}/api/v1/me").status_code == 401


def test_authlib_reads_a_refusal(cast: Cast, origin: str) -> None:
    issued = factories.token(cast.marc.actor)
    with OAuth2Session(str(issued.token.pk), issued.secret.value, scope="assets:admin") as session:
        with pytest.raises(OAuthError) as refused:
            session.fetch_token(f"{origin}/oauth/token", grant_type="client_credentials")
        assert refused.value.error == "invalid_scope"


def test_pyjwt_checks_offline_and_has_the_next_key_before_it_signs(cast: Cast, origin: str) -> None:
    issued, seen = factories.token(cast.marc.actor), set()
    keys.public_jwks()
    keys.rotate(Algorithm.ES256, by=Actor.operator())
    client = pyjwt.PyJWKClient(f"{origin}/.well-known/jwks.json", lifespan=3600)
    kept = {key.key_id for key in client.get_signing_keys()}
    for later in (timedelta(0), keys.LEAD):
        with (
            time_machine.travel(clock.now() + later),
            OAuth2Session(str(issued.token.pk), issued.secret.value) as session,
        ):
            text = session.fetch_token(f"{origin}/oauth/token", grant_type="client_credentials")["access_token"]
            key = client.get_signing_key_from_jwt(text)
            claims = pyjwt.decode(text, key, algorithms=["ES256", "RS256"], audience=origin, issuer=origin)
        assert claims == claims_of(Secret(text))
        seen.add(key.key_id)
    assert len(seen) == 2
    assert seen < kept
