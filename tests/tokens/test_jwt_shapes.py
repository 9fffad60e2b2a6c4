"""Of the JWTs that Frontegg's clients read each has its own shape; whatever else the real key signed is nothing."""

import json
from typing import Any

import jwt as pyjwt
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from audit import clock
from audit.ids import uuid7
from tests import factories
from tests.cast import Cast
from tests.tokens.jwts import HERE, claims_of
from tokens import access_tokens, api_tokens, credentials, keys, vendor
from tokens.drafts import Draft
from tokens.exchange import Exchanged
from tokens.jwt_shapes import VENDOR
from tokens.kinds import Kind
from tokens.secret import Secret
from tokens.signatures import Algorithm
from tokens.verification import Refused, Verified, verify

OTHER = "0197a3f0-0000-7000-8000-00000000abcd"
NAMES = ["userApiToken", "tenantApiToken", "userAccessToken", "tenantAccessToken", "vendor"]
ODD: tuple[Any, ...] = (7.5, [], None, True, "", {})
NO_LISTS: tuple[Any, ...] = (None, "assets:read", [7], [["x"]], {})
READ = ["iss", "aud", "sub", "jti", "iat", "type"]  # and held to a type


def exchanged(cast: Cast, kind: Kind) -> Secret:
    issued = factories.token(cast.olivia.actor, kind=kind)
    bearer = verify(issued.secret.value, address=HERE)
    assert isinstance(bearer, Verified)
    made = api_tokens.trade(bearer)
    assert isinstance(made, Exchanged)
    return made.jwt


def lasting(cast: Cast, kind: Kind) -> Secret:
    end = factories.token(cast.olivia.actor).token.expires_at
    draft = Draft(kind=kind, name="Robot", grants=cast.marc.actor.grants, expires_at=end)
    return access_tokens.issue(draft, by=cast.olivia.actor).secret


def vendors(cast: Cast) -> Secret:
    issued = credentials.create("Backend", ["tokens"], by=Actor.operator())
    manager = credentials.check(issued.secret.value, address=HERE)
    assert isinstance(manager, credentials.Manager)
    return vendor.sign_in(manager).jwt


def real(cast: Cast, name: str) -> Secret:
    if name == "vendor":
        return vendors(cast)
    kind = Kind.PERSONAL if name.startswith("user") else Kind.TENANT
    return exchanged(cast, kind) if name.endswith("ApiToken") else lasting(cast, kind)


def signed(claims: dict[str, Any], typ: str = "JWT", algorithm: Algorithm = Algorithm.RS256) -> str:
    signer = keys.signer(algorithm, clock.now())
    head = {"kid": signer.kid, "typ": typ}
    return pyjwt.PyJWS().encode(json.dumps(claims).encode(), signer.private_key, algorithm=algorithm, headers=head)


def changed(claims: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**claims, **changes}.items() if value is not ...}


def is_good(text: str, name: str) -> bool:
    if name == VENDOR.name:
        return not isinstance(vendor.check(text, address=HERE), Refused)
    with CaptureQueriesContext(connection) as queries:
        verdict = verify(text, address=HERE)
    assert len(queries) <= 1
    return isinstance(verdict, Verified)


@pytest.mark.parametrize("name", NAMES)
def test_only_its_own_shape_is_good(cast: Cast, name: str) -> None:
    text = real(cast, name)
    claims = claims_of(text)
    assert claims["type"] == name
    assert is_good(text.value, name)
    assert is_good(signed(claims), name)
    wrong = [changed(claims, **{one: ...}) for one in claims if one != "exp"]
    wrong += [changed(claims, **{one: value}) for one in READ for value in ODD]
    wrong += [changed(claims, type=other) for other in [*NAMES, "userToken", "x"] if other != name]
    wrong += [changed(claims, admin=True), changed(claims, scope="assets:read"), changed(claims, nbf=1)]
    wrong += [
        changed(claims, iss="https://other.test"),
        changed(claims, aud=[claims["aud"]]),
        changed(claims, sub=OTHER),
    ]
    wrong += [changed(claims, exp=exp) for exp in (claims["iat"], 1.5, None, "9999999999", True, 10**30, 1)]
    if name != VENDOR.name:
        wrong += [changed(claims, tenantId=tenant) for tenant in (OTHER, None, 7, "")]
    if name.endswith("ApiToken"):
        wrong += [changed(claims, permissions=said) for said in NO_LISTS]
    assert [each for each in wrong if is_good(signed(each), name)] == []


@pytest.mark.parametrize("name", NAMES)
def test_another_header_is_nothing(cast: Cast, name: str) -> None:
    claims = claims_of(real(cast, name))
    assert not is_good(signed(claims, "at+jwt"), name)
    assert not is_good(signed(claims, "jwt"), name)
    assert not is_good(signed(claims, algorithm=Algorithm.ES256), name)


@pytest.mark.parametrize("name", ["userApiToken", "tenantApiToken", "vendor"])
def test_what_an_exchange_gives_has_an_end_that_is_near(cast: Cast, name: str) -> None:
    claims = claims_of(real(cast, name))
    longest = 24 * 3600 if name == VENDOR.name else 3600
    assert is_good(signed(changed(claims, exp=claims["iat"] + longest)), name)
    assert not is_good(signed(changed(claims, exp=claims["iat"] + longest + 1)), name)
    assert not is_good(signed(changed(claims, exp=...)), name)


def test_a_vendors_claims_are_no_tokens_and_a_tokens_no_vendors(cast: Cast) -> None:
    assert not is_good(vendors(cast).value, "userApiToken")
    assert not is_good(exchanged(cast, Kind.PERSONAL).value, VENDOR.name)


def test_the_shape_of_one_form_is_none_for_a_token_of_another(cast: Cast) -> None:
    """Claims of an exchange, really signed, over a token whose secret is itself a JWT, and the reverse."""
    api, access = claims_of(exchanged(cast, Kind.PERSONAL)), claims_of(lasting(cast, Kind.PERSONAL))
    assert not is_good(signed(changed(api, sub=access["sub"])), "userApiToken")
    assert not is_good(signed(changed(access, sub=api["sub"])), "userAccessToken")
    assert not is_good(signed(changed(access, jti=str(uuid7()))), "userAccessToken")
