"""A proxy asks who may pass: every state of a token, both headers, before Django and inside it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api import limits
from audit.ids import uuid7
from tests import factories
from tests.api.proxies import DOORS, HEADERS, IDENTITY, SCOPE, VERIFY, ask, bearing
from tests.cast import Cast, SignIn
from tests.tokens import states
from tests.tokens.rows import forged
from tokens import secret, usage
from tokens.kinds import Kind

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
STATES = {"active": states.active, **states.REFUSED}
CHALLENGE = 'Bearer realm="token-portal"'
INVALID = f'{CHALLENGE}, error="invalid_token"'

each_door = pytest.mark.parametrize("door", DOORS)
each_header = pytest.mark.parametrize("header", HEADERS)


@each_door
@each_header
def test_a_good_token_passes_and_every_identity_header_is_told(cast: Cast, door: str, header: str) -> None:
    issued = factories.token(cast.marc.actor, "assets:write projects:read")
    said = ask(door, headers=bearing(issued.secret.value, header))
    assert (said.line, said.body) == ("200 OK", b"")
    assert said.identity == {
        "X-Auth-Subject": f"user:{cast.marc.user.pk}",
        "X-Auth-Tenant": str(cast.acme.pk),
        "X-Auth-Client-Id": str(issued.token.pk),
        "X-Auth-Scopes": "assets:write projects:read",
        "X-Auth-Token-Id": str(issued.token.pk),
    }
    assert said.headers["Cache-Control"] == "no-store"
    assert said.headers["X-Request-ID"].startswith("req_")


@each_door
def test_a_tenant_token_acts_as_its_tenant(cast: Cast, door: str) -> None:
    issued = factories.token(cast.olivia.actor, kind=Kind.TENANT)
    said = ask(door, headers=bearing(issued.secret.value))
    assert said.identity["X-Auth-Subject"] == f"tenant:{cast.acme.pk}"


@each_door
@pytest.mark.parametrize("method", METHODS)
def test_the_method_does_not_matter(cast: Cast, door: str, method: str) -> None:
    good, dead = states.active(cast), states.revoked(cast)
    assert ask(door, method=method, headers=bearing(good.secret.value)).status == 200
    assert ask(door, method=method, headers=bearing(dead.secret.value)).status == 401
    assert ask(door, f"{SCOPE}assets:write", method=method, headers=bearing(good.secret.value)).status == 403


@each_door
@each_header
@pytest.mark.parametrize("state", states.REFUSED)
def test_a_dead_token_is_refused_and_its_holder_told_why(cast: Cast, door: str, header: str, state: str) -> None:
    issued = states.REFUSED[state](cast)
    said = ask(door, headers=bearing(issued.secret.value, header))
    assert (said.status, said.headers["WWW-Authenticate"]) == (401, INVALID)
    assert json.loads(said.body)["code"] == f"token_{states.reason(state)}"
    assert not said.identity


@each_door
@each_header
@pytest.mark.parametrize("state", STATES)
def test_a_wrong_secret_hears_the_same_in_every_state(cast: Cast, door: str, header: str, state: str) -> None:
    unknown = secret.assemble("tp", Kind.PERSONAL, uuid7(), secret.mint()).value
    said = [
        ask(door, headers=bearing(text, header)).without_id
        for text in (forged(STATES[state](cast)), unknown, "garbage", "tpp_" + "0" * 71, "x" * 9_000, "a.b.c", "é")
    ]
    assert all(one == said[0] for one in said)
    assert said[0][0] == "401 Unauthorized"
    assert ("WWW-Authenticate", INVALID) in said[0][1]


@each_door
@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": ""}, {"X-API-Key": ""}, {"Authorization": "", "X-API-Key": ""}]
)
def test_no_token_at_all_is_challenged_without_an_error(db: None, door: str, headers: dict[str, str]) -> None:
    said = ask(door, headers=headers)
    assert (said.status, said.headers["WWW-Authenticate"]) == (401, CHALLENGE)


@each_door
@pytest.mark.parametrize("authorization", ["Basic dTpw", "Bearer", "Bearer ", "Token {}", "{}", "Bearer {},Bearer {}"])
def test_another_scheme_is_no_token(cast: Cast, door: str, authorization: str) -> None:
    text = states.active(cast).secret.value
    said = ask(door, headers={"Authorization": authorization.replace("{}", text)})
    assert (said.status, said.headers["WWW-Authenticate"]) == (401, INVALID)


@each_door
@pytest.mark.parametrize("authorization", ["Bearer {}", "Basic dTpw"])
def test_two_credentials_are_refused_even_if_equal(cast: Cast, door: str, authorization: str) -> None:
    text = states.active(cast).secret.value
    said = ask(door, headers={"Authorization": authorization.format(text), "X-API-Key": text})
    assert (said.status, json.loads(said.body)["code"]) == (401, "two_credentials")


@each_door
def test_a_session_is_nobody_here(cast: Cast, sign_in: SignIn, door: str) -> None:
    cookies = "; ".join(f"{name}={one.value}" for name, one in sign_in(cast.olivia.user).cookies.items())
    assert ask(door, headers={"Cookie": cookies}).status == 401
    good = states.active(cast).secret.value
    said = ask(door, method="POST", headers={"Cookie": cookies, "Sec-Fetch-Site": "cross-site", **bearing(good)})
    assert said.identity["X-Auth-Subject"] == f"user:{cast.marc.user.pk}"


@each_door
def test_what_a_visitor_says_of_himself_is_not_repeated(cast: Cast, door: str) -> None:
    issued = states.active(cast)
    claims = dict.fromkeys(IDENTITY, "olivia")
    said = ask(door, headers={**claims, **bearing(issued.secret.value)})
    assert "olivia" not in str(said.raw)
    assert tuple(said.identity) == IDENTITY
    refused = ask(door, headers=claims)
    assert (refused.status, refused.identity) == (401, {})


@each_door
def test_names_never_reach_a_header(cast: Cast, door: str) -> None:
    cast.marc.user.name = "Zoë\r\nX-Auth-Tenant: all"
    cast.marc.user.save()
    said = ask(door, headers=bearing(factories.token(cast.marc.actor, name="Naïve").secret.value))
    assert said.status == 200
    assert all(value.isascii() and value.isprintable() for _, value in said.raw)


@each_door
def test_a_proxy_may_ask_by_any_host_name(cast: Cast, door: str) -> None:
    headers = {"Host": "10.0.0.7:8000", **bearing(states.active(cast).secret.value)}
    assert ask(door, headers=headers).status == 200


@each_door
def test_a_check_is_one_query_and_counts_as_a_use(cast: Cast, door: str) -> None:
    issued = states.active(cast)
    with CaptureQueriesContext(connection) as queries:
        ask(door, f"{SCOPE}assets:read", headers={"User-Agent": "curl/8", **bearing(issued.secret.value)})
    assert len(queries) == 1
    assert usage._latest[issued.token.pk].client == "curl/8"


@each_door
def test_too_many_wrong_tokens_are_counted_and_still_only_401(cast: Cast, door: str) -> None:
    issued = states.active(cast)
    wrong = forged(issued)
    statuses = {ask(door, headers=bearing(wrong)).status for _ in range(limits.FAILURES_PER_WINDOW + 5)}
    assert statuses == {401}
    assert limits.count_failure("127.0.0.1") > 0
    assert ask(door, headers=bearing(issued.secret.value)).status == 200


@each_door
@pytest.mark.parametrize(
    "path", ["/authz/", "/authz/verfy", f"{VERIFY}/scope", f"{VERIFY}/x", "/authz/verify/../verify"]
)
def test_an_address_that_is_none_lets_nobody_through(cast: Cast, door: str, path: str) -> None:
    good = states.active(cast).secret.value
    assert ask(door, path, headers=bearing(good)).status == 403
    assert ask(door, path).status == 401
