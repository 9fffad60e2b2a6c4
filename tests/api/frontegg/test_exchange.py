"""The exchange of API tokens: two spellings, refresh tokens, and JWTs that are good wherever their token is."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import jwt as pyjwt
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import clock
from tests import factories
from tests.api import oauth
from tests.api.frontegg.vendor import RESOURCES, Answer, call, exchange, form, refresh
from tests.cast import Cast
from tokens import keys, lifecycle, policy, refreshing
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.models import RefreshToken
from tokens.refreshing import MOST
from tokens.signatures import Algorithm
from tokens.verification import Reason, Refused, Verified, verify

EXCHANGE = f"{RESOURCES}/auth/v1/api-token"


@pytest.fixture
def issued(cast: Cast) -> Issued:
    return factories.token(cast.marc.actor, "assets:write projects:read")


def traded(issued: Issued, version: str = "v1") -> Answer:
    answer = exchange(str(issued.token.pk), issued.secret.value, version)
    assert answer.status_code == 200, answer.content
    return answer.json()


def claims_of(text: str) -> Any:
    return pyjwt.decode(text, keys.public_pem(Algorithm.RS256), algorithms=["RS256"], audience="http://testserver")


def test_the_two_versions_differ_in_spelling(issued: Issued) -> None:
    one, two = traded(issued), traded(issued, "v2")
    assert one.keys() == {"accessToken", "refreshToken", "expiresIn", "expires"}
    assert two.keys() == {"access_token", "refresh_token", "expires_in", "expires"}
    assert one["expiresIn"] == two["expires_in"] == 300
    assert parsedate_to_datetime(one["expires"]).timestamp() == claims_of(one["accessToken"])["exp"]
    assert one["expires"].endswith(" GMT")


def test_the_claims_of_a_personal_token(cast: Cast, issued: Issued) -> None:
    claims = claims_of(traded(issued)["accessToken"])
    assert claims.pop("exp") - claims.pop("iat") == 300
    assert claims.pop("jti")
    assert claims.pop("applicationId")
    assert claims == {
        "iss": "http://testserver",
        "aud": "http://testserver",
        "sub": str(issued.token.pk),
        "type": "userApiToken",
        "tenantId": str(cast.acme.pk),
        "userId": str(cast.marc.user.pk),
        "createdByUserId": str(cast.marc.user.pk),
        "email": "marc@acme.test",
        "userMetadata": {},
        "metadata": {},
        "roles": ["developer"],
        "permissions": ["assets:read", "assets:write", "projects:read"],
    }


def test_the_claims_of_a_tenants_token(cast: Cast) -> None:
    claims = claims_of(traded(factories.token(cast.olivia.actor, kind=Kind.TENANT))["accessToken"])
    assert (claims["type"], claims["roles"], claims["permissions"]) == ("tenantApiToken", [], ["assets:read"])
    assert claims["createdByUserId"] == str(cast.olivia.user.pk)
    assert not claims.keys() & {"userId", "email", "userMetadata"}


def test_such_a_jwt_is_good_wherever_its_token_is(cast: Cast, issued: Issued) -> None:
    headers = oauth.bearer(traded(issued)["accessToken"])
    assert call("GET", "/api/v1/me", **headers).json()["scope"] == "assets:write projects:read"
    assert call("GET", "/authz/verify/scope/assets:read", **headers).status_code == 200
    asked = oauth.introspect(oauth.basic(issued), headers["Authorization"].removeprefix("Bearer "))
    assert asked.json()["scope"] == "assets:write projects:read"
    lifecycle.revoke(issued.token, by=cast.marc.actor)
    assert call("GET", "/api/v1/me", **headers).status_code == 401


def test_it_takes_three_statements_to_read_and_two_to_write(issued: Issued) -> None:
    traded(issued)
    with CaptureQueriesContext(connection) as asked:
        traded(issued)
    verbs = [query["sql"].split()[0] for query in asked.captured_queries]
    assert [verb for verb in verbs if verb not in {"SAVEPOINT", "RELEASE"}] == ["SELECT"] * 3 + ["INSERT", "DELETE"]


def test_what_is_gone_since_it_was_checked_is_unknown(issued: Issued) -> None:
    bearer = verify(issued.secret.value, address="192.0.2.1")
    assert isinstance(bearer, Verified)
    issued.token.delete()
    assert refreshing.begin(bearer) == Refused(Reason.UNKNOWN)
    assert not RefreshToken.objects.exists()


def test_a_form_will_do(issued: Issued) -> None:
    answer = form(EXCHANGE, clientId=str(issued.token.pk), secret=issued.secret.value)
    assert answer.status_code == 200
    assert form(f"{EXCHANGE}/token/refresh/", refreshToken=answer.json()["refreshToken"]).status_code == 200


@pytest.mark.parametrize(("first", "second"), [("v1", "v1"), ("v1", "v2"), ("v2", "v1"), ("v2", "v2")])
def test_a_refresh_token_of_either_version_is_good_once_at_both(issued: Issued, first: str, second: str) -> None:
    token = traded(issued, first)["refreshToken" if first == "v1" else "refresh_token"]
    answer = refresh(token, second)
    assert answer.status_code == 200
    fresh = answer.json()["refreshToken" if second == "v1" else "refresh_token"]
    assert fresh != token
    assert refresh(token, first).json() == {"errors": ["Invalid authentication"]}
    assert refresh(fresh, first).status_code == 200


def test_a_refresh_token_is_kept_nowhere_in_clear(issued: Issued) -> None:
    token = traded(issued)["refreshToken"]
    assert token not in str(list(RefreshToken.objects.values()))


def test_refresh_tokens_die_with_their_token(cast: Cast, issued: Issued) -> None:
    token = traded(issued)["refreshToken"]
    lifecycle.revoke(issued.token, by=cast.marc.actor)
    assert refresh(token).status_code == 401


def test_a_refresh_token_has_an_end(issued: Issued) -> None:
    token = traded(issued)["refreshToken"]
    with clock.at(clock.now() + timedelta(days=30, seconds=1)):
        assert refresh(token).status_code == 401


def test_of_too_many_refresh_tokens_the_oldest_dies(issued: Issued) -> None:
    made = [traded(issued)["refreshToken"] for _ in range(MOST + 1)]
    assert RefreshToken.objects.count() == MOST
    assert refresh(made[0]).status_code == 401
    assert refresh(made[1]).status_code == 200
    assert RefreshToken.objects.count() == MOST


@pytest.mark.parametrize("text", ["", "x", "\ud800", "é" * 5000])
def test_rubbish_refreshes_nothing(db: None, text: str) -> None:
    assert refresh(text).status_code == (400 if not text else 401)


def test_what_is_no_pair_is_one_answer(cast: Cast, issued: Issued, unlimited: None) -> None:
    other = factories.token(cast.marc.actor)
    wrong = [
        (str(other.token.pk), issued.secret.value),
        (str(issued.token.pk), "00000000-0000-4000-8000-000000000000"),
        ("x", "y"),
        (str(issued.token.pk), traded(issued)["accessToken"]),
    ]
    lifecycle.revoke(other.token, by=cast.marc.actor)
    wrong.append((str(other.token.pk), other.secret.value))
    for client_id, secret in wrong:
        answer = exchange(client_id, secret)
        assert (answer.status_code, answer.json()) == (401, {"errors": ["Invalid authentication"]})


def test_a_policy_that_switches_the_kind_off_is_told_in_the_words_that_clients_know(cast: Cast, issued: Issued) -> None:
    token = traded(issued)["refreshToken"]
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    for answer in (exchange(str(issued.token.pk), issued.secret.value), refresh(token)):
        assert (answer.status_code, answer.json()) == (403, {"errors": ["Api tokens are disabled"]})


def test_a_policy_that_refuses_this_one_alone_is_no_switch(cast: Cast, issued: Issued) -> None:
    token = traded(issued)["refreshToken"]
    policy.change(cast.acme, by=cast.olivia.actor, networks=True)
    for answer in (exchange(str(issued.token.pk), issued.secret.value), refresh(token)):
        assert (answer.status_code, answer.json()) == (401, {"errors": ["Invalid authentication"]})
