"""Access tokens: a JWT that lives as long as its row, and what it may do where the vendor asks."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt as pyjwt
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import memberships, roles, tenants
from accounts.access import Actor
from audit import clock
from audit.ids import uuid7
from tests import factories
from tests.api import oauth
from tests.api.frontegg.test_api_tokens import made, role
from tests.api.frontegg.test_exchange import claims_of
from tests.api.frontegg.vendor import RESOURCES, USER_TOKENS, Vendor, call, exchange, vendor
from tests.cast import Cast
from tokens import access_tokens, keys, policy
from tokens.kinds import Kind
from tokens.models import SigningKey, Token
from tokens.signatures import Algorithm
from tokens.verification import Refused, Verified, verify

USERS = f"{RESOURCES}/users/access-tokens/v1"
TENANTS = f"{RESOURCES}/tenants/access-tokens/v1"
VENDORS = f"{RESOURCES}/vendor-only"
HERE = "192.0.2.1"


@pytest.fixture
def backend(cast: Cast) -> Vendor:
    return vendor("tokens", "introspect").of(cast.acme.pk, cast.marc.user.pk)


def test_a_users_access_token(cast: Cast, backend: Vendor) -> None:
    token = made(backend.call("POST", USERS, {"description": "Robot", "expiresInMinutes": 60}))
    assert token.keys() == {"id", "secret", "description", "createdAt", "expires"}
    claims = claims_of(token["secret"])
    assert claims.pop("exp") == int(Token.objects.get(pk=token["id"]).expires_at.timestamp())  # type: ignore[union-attr]
    assert claims.keys() == {
        "iss", "aud", "sub", "jti", "iat", "type", "tenantId", "applicationId", "userId",
    }  # fmt: skip
    assert (claims["type"], claims["sub"], claims["userId"]) == (
        "userAccessToken",
        token["id"],
        str(cast.marc.user.pk),
    )
    listed = backend.call("GET", USERS).json()
    assert listed == {"accessTokens": [{name: value for name, value in token.items() if name != "secret"}]}
    assert backend.call("GET", USER_TOKENS).json() == []
    assert backend.call("DELETE", f"{USERS}/{token['id']}").content == b""
    assert backend.call("DELETE", f"{USERS}/{token['id']}").status_code == 404


def test_a_tenants_access_token(cast: Cast, backend: Vendor) -> None:
    ci = role(cast, "ci", "assets:write")
    token = made(backend.call("POST", TENANTS, {"description": "Robot", "roleIds": [str(ci.pk)]}))
    assert token.keys() == {"id", "secret", "description", "createdAt", "expires", "roleIds", "createdByUserId"}
    assert (token["roleIds"], token["createdByUserId"]) == ([str(ci.pk)], str(cast.marc.user.pk))
    found = backend.call("GET", f"{VENDORS}/tenants/access-tokens/v1/{token['id']}").json()
    assert found == {
        "id": token["id"],
        "tenantId": str(cast.acme.pk),
        "roles": ["ci"],
        "permissions": ["assets:read", "assets:write"],
        "expires": token["expires"],
    }


def test_it_is_good_wherever_a_token_is_in_one_query(cast: Cast, backend: Vendor) -> None:
    token = made(backend.call("POST", USERS, {}))
    with CaptureQueriesContext(connection) as queries:
        verdict = verify(token["secret"], address=HERE)
    assert isinstance(verdict, Verified)
    assert len(queries) == 1
    assert verdict.grants == cast.marc.actor.grants
    assert call("GET", "/authz/verify/scope/assets:read", **{"X-API-KEY": token["secret"]}).status_code == 200
    assert call("GET", "/api/v1/me", **oauth.bearer(token["secret"])).status_code == 200
    backend.call("DELETE", f"{USERS}/{token['id']}")
    assert call("GET", "/authz/verify", **{"X-API-KEY": token["secret"]}).status_code == 401


def test_without_an_end_it_lives_on(cast: Cast, backend: Vendor) -> None:
    """This door gives every one an end; those of before have none."""
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    assert {"expires"} < made(backend.call("POST", TENANTS, {})).keys()
    endless = factories.draft("assets:read", kind=Kind.TENANT, expires_at=None)
    issued = access_tokens.issue(endless, by=cast.olivia.actor)
    assert "exp" not in claims_of(issued.secret.value)
    assert "expires" not in backend.call("GET", TENANTS).json()["accessTokens"][1]
    with clock.at(clock.now() + timedelta(days=3000)):
        assert isinstance(verify(issued.secret.value, address=HERE), Verified)


def test_a_rotation_of_the_key_does_not_end_it(cast: Cast, backend: Vendor) -> None:
    year = {"expiresInMinutes": 365 * 24 * 60}
    token = made(backend.call("POST", USERS, year))
    keys.rotate(Algorithm.RS256, by=Actor.operator())
    later = made(backend.call("POST", USERS, year))  # still signed by the old key
    for text in (token["secret"], later["secret"]):
        with clock.at(clock.now() + timedelta(days=300)):
            assert isinstance(verify(text, address=HERE), Verified)
    old = SigningKey.objects.of(Algorithm.RS256).order_by("id")[0]
    with clock.at(clock.now() + timedelta(minutes=30)):
        assert keys.state(old, clock.now()) is keys.State.LEAVING
        published = [key["kid"] for key in keys.public_jwks()["keys"]]
        assert old.kid in published
        keys.rotate(Algorithm.RS256, by=Actor.operator())
    old.refresh_from_db()
    assert old.sealed_private == ""


def test_the_key_alone_makes_no_other_one(cast: Cast, backend: Vendor) -> None:
    token = made(backend.call("POST", USERS, {}))
    signer = keys.signer(Algorithm.RS256, clock.now())
    claims = {**claims_of(token["secret"]), "jti": str(uuid7())}
    forged = pyjwt.encode(
        claims,
        signer.private_key,
        algorithm="RS256",
        headers={"kid": signer.kid},
    )
    assert isinstance(verify(forged, address=HERE), Refused)
    claims["jti"] = claims_of(token["secret"])["jti"]
    real = pyjwt.encode(claims, signer.private_key, algorithm="RS256", headers={"kid": signer.kid})
    assert isinstance(verify(real, address=HERE), Verified)


def test_its_id_is_no_secret_for_the_exchange(backend: Vendor) -> None:
    token = made(backend.call("POST", USERS, {}))
    assert exchange(token["id"], claims_of(token["secret"])["jti"]).status_code == 401


@pytest.mark.parametrize("kind", ["users", "tenants"])
def test_the_vendor_asks_which_are_active_and_names_no_tenant(cast: Cast, backend: Vendor, kind: str) -> None:
    address = {"users": USERS, "tenants": TENANTS}[kind]
    globex = backend.of(cast.globex.pk, cast.stella.user.pk)
    asker = backend.of("")
    own, theirs, gone = (made(one.call("POST", address, {}))["id"] for one in (backend, globex, backend))
    backend.call("DELETE", f"{address}/{gone}")
    active = f"{VENDORS}/{kind}/access-tokens/v1/active"
    assert asker.call("GET", active).json() == sorted([own, theirs])
    assert asker.call("GET", f"{VENDORS}/{kind}/access-tokens/v1/{gone}").status_code == 404
    tenants.suspend(cast.globex, by=Actor.operator())
    assert asker.call("GET", active).json() == [own]
    policy.change(cast.acme, by=cast.olivia.actor, **{"personal" if kind == "users" else "tenant": False})
    assert asker.call("GET", active).json() == []
    assert asker.call("GET", f"{VENDORS}/{kind}/access-tokens/v1/{own}").status_code == 404


def test_what_a_user_may_do_is_looked_up_and_follows_the_user(cast: Cast, backend: Vendor) -> None:
    token = made(backend.call("POST", USERS, {}))
    address = f"{VENDORS}/users/access-tokens/v1/{token['id']}"
    found = backend.call("GET", address).json()
    assert (found["roles"], found["userId"]) == (["developer"], str(cast.marc.user.pk))
    assert "assets:write" in found["permissions"]
    memberships.change_role(cast.marc.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    found = backend.call("GET", address).json()
    assert (found["roles"], "assets:write" in found["permissions"]) == (["viewer"], False)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    assert backend.call("GET", address).status_code == 404


def test_only_who_may_check_tokens_may_ask(cast: Cast) -> None:
    for path in ("active", str(UUID(int=7))):
        address = f"{VENDORS}/users/access-tokens/v1/{path}"
        assert vendor("tokens").call("GET", address).status_code == 403
        assert call("GET", address).status_code == 401


def test_an_api_token_is_none(cast: Cast, backend: Vendor) -> None:
    pair: Any = made(backend.call("POST", USER_TOKENS, {}))
    assert backend.call("GET", f"{VENDORS}/users/access-tokens/v1/{pair['clientId']}").status_code == 404
    assert backend.call("GET", f"{VENDORS}/users/access-tokens/v1/active").json() == []
    assert backend.call("DELETE", f"{USERS}/{pair['clientId']}").status_code == 404
