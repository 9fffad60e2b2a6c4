"""`/auth/vendor`: a management credential for a JWT, and what that opens."""

from datetime import timedelta
from typing import Any

import jwt as pyjwt
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import Actor
from api import limits
from audit import clock
from tests.api.frontegg.vendor import RESOURCES, Vendor, call, credential, form, pair, vendor
from tests.cast import Cast
from tokens import credentials, keys
from tokens.jwt_shapes import VENDOR
from tokens.signatures import Algorithm
from tokens.verification import Reason, Refused, verify

CONFIGURATION = f"{RESOURCES}/configurations/v1"


def test_a_credential_becomes_a_jwt_for_a_day(cast: Cast) -> None:
    issued = credential()
    answer = call("POST", "/auth/vendor", pair(issued))
    assert (answer.status_code, answer.json()["expiresIn"]) == (200, 86400)
    claims = pyjwt.decode(
        answer.json()["token"], keys.public_pem(Algorithm.RS256), algorithms=["RS256"], audience="http://testserver"
    )
    assert (claims["type"], claims["sub"], claims["scopes"]) == ("vendor", str(issued.credential.pk), [])
    assert claims["exp"] - claims["iat"] == 86400
    assert answer["frontegg-trace-id"] == answer["X-Request-ID"]


@pytest.mark.parametrize("path", ["/auth/vendor", "/auth/vendor/", "/frontegg/auth/vendor", "/frontegg/auth/vendor/"])
def test_a_slash_at_the_end_is_served_and_stray_headers_do_no_harm(cast: Cast, path: str) -> None:
    stray = {
        "timeout": "3",
        "x-access-token": "stale",
        "frontegg-vendor-host": "x.test",
        "frontegg-environment-id": "e",
        "frontegg-application-id": "a",
    }
    assert call("POST", path, pair(credential()), **stray).status_code == 200


def test_what_is_no_pair_is_one_answer(cast: Cast, unlimited: None) -> None:
    issued, other = credential(), credential()
    revoked = credential()
    credentials.revoke(revoked.credential, by=Actor.operator())
    wrong = [
        {**pair(issued), "clientId": pair(other)["clientId"]},
        {**pair(issued), "secret": "rubbish"},
        {**pair(issued), "secret": pair(issued)["secret"][:-7] + "0000000"},
        pair(revoked),
    ]
    for each in wrong:
        answer = call("POST", "/auth/vendor", each)
        assert (answer.status_code, answer.json()) == (401, {"errors": ["Invalid authentication"]})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", {"errors": ["Invalid input json"], "errorCode": "ER-00006"}),
        (b"[]", {"errors": ["Invalid input json"], "errorCode": "ER-00006"}),
        (b"{}", {"errors": ["clientId must be a string"]}),
        (b'{"clientId": 1, "secret": "x"}', {"errors": ["clientId must be a string"]}),
        (b'{"clientId": "x"}', {"errors": ["secret must be a string"]}),
    ],
)
def test_a_body_that_is_none_is_said_to_be(db: None, body: bytes, said: Any) -> None:
    answer = call("POST", "/auth/vendor", body)
    assert (answer.status_code, answer.json()) == (400, said)


def test_failures_are_limited_and_successes_are_not(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FAILURES_PER_WINDOW", 3)
    good, wrong = pair(credential()), pair(credential())
    wrong["clientId"] = good["clientId"]
    told = [call("POST", "/auth/vendor", wrong) for _ in range(4)]
    assert [answer.status_code for answer in told] == [401, 401, 401, 429]
    assert int(told[-1]["Retry-After"]) > 0
    assert told[-1]["X-Rate-Limit-Reset"].endswith("Z")
    assert {call("POST", "/auth/vendor", good).status_code for _ in range(5)} == {200}


def test_configuration_holds_the_key_and_no_secret(cast: Cast) -> None:
    found = vendor("introspect").call("GET", CONFIGURATION).json()
    assert found["publicKey"] == keys.public_pem(Algorithm.RS256)
    assert found["publicKey"].startswith("-----BEGIN PUBLIC KEY-----\n")
    assert found["jwtAlgorithm"] == "RS256"
    assert type(found["defaultTokenExpiration"]) is type(found["defaultRefreshTokenExpiration"]) is int
    assert "jwtSecret" not in found


@pytest.mark.parametrize("header", ["Authorization", "x-access-token"])
def test_either_header_will_do_and_the_credentials_row_decides_each_time(cast: Cast, header: str) -> None:
    issued = credential()
    text = call("POST", "/auth/vendor", pair(issued)).json()["token"]
    sent = {header: f"Bearer {text}" if header == "Authorization" else text}
    assert call("GET", f"{CONFIGURATION}/", **sent).status_code == 200
    credentials.revoke(issued.credential, by=Actor.operator())
    answer = call("GET", CONFIGURATION, **sent)
    assert (answer.status_code, answer.json()) == (401, {"errors": ["Unauthorized"]})


def test_two_different_credentials_are_one_too_many(cast: Cast) -> None:
    one, other = vendor(), vendor()
    assert one.call("GET", CONFIGURATION, **{"x-access-token": other.jwt}).status_code == 400
    assert one.call("GET", CONFIGURATION, **{"x-access-token": one.jwt}).status_code == 200


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer a.b.c"])
def test_nobody_is_unauthorized(db: None, sent: str) -> None:
    answer = call("GET", CONFIGURATION, Authorization=sent)
    assert (answer.status_code, answer.json()) == (401, {"errors": ["Unauthorized"]})


def test_a_vendors_jwt_is_no_token(cast: Cast) -> None:
    text = vendor().jwt
    assert verify(text, address="192.0.2.1") == Refused(Reason.MALFORMED)
    assert call("GET", "/api/v1/me", Authorization=f"Bearer {text}").status_code == 401


def test_a_vendors_jwt_ends_and_outlives_a_rotation_until_then(cast: Cast) -> None:
    backend = vendor()
    keys.rotate(Algorithm.RS256, by=Actor.operator())
    almost = clock.now() + VENDOR.longest - timedelta(minutes=1)  # type: ignore[operator]
    with clock.at(almost):
        assert backend.call("GET", CONFIGURATION).status_code == 200
    with clock.at(almost + timedelta(minutes=2)):
        assert backend.call("GET", CONFIGURATION).status_code == 401


def test_signing_in_again_and_again_writes_nothing(cast: Cast) -> None:
    given = pair(credential())
    call("POST", "/auth/vendor", given)
    with CaptureQueriesContext(connection) as queries:
        assert call("POST", "/auth/vendor", given).status_code == 200
    assert [query["sql"].partition(" ")[0] for query in queries] == ["SELECT"] * 2


def test_after_a_leak_of_the_key_nothing_that_it_signed_is_honoured(cast: Cast) -> None:
    backend = vendor()
    keys.rotate(Algorithm.RS256, by=Actor.operator(), at_once=True)
    assert backend.call("GET", CONFIGURATION).status_code == 401


def test_the_door_can_be_shut(cast: Cast, settings: Any) -> None:
    settings.FRONTEGG_API = False
    answer = call("POST", "/auth/vendor", pair(credential()))
    assert (answer.status_code, answer.json()) == (404, {"errors": ["Not found"]})


@pytest.mark.parametrize("path", ["/auth/", "/auth/nowhere", "/identity/resources/nowhere", "/frontegg/identity/x/"])
def test_what_is_not_there_is_said_in_the_same_words(db: None, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = call(method, path)
        assert (answer.status_code, answer.json()) == (404, {"errors": ["Not found"]}), method


def test_another_method_is_told_which_would_do(db: None) -> None:
    answer = call("GET", "/auth/vendor")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_a_form_is_no_json_at_the_vendors_door(cast: Cast) -> None:
    assert form("/auth/vendor", clientId="x", secret="y").status_code == 400


def test_a_token_is_no_vendor(cast: Cast) -> None:
    assert Vendor("x").call("GET", CONFIGURATION).status_code == 401
