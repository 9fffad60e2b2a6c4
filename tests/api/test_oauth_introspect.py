"""POST /oauth/introspect: what a token is, for its own tenant alone (RFC 7662)."""

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.api import oauth
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.jwts import claims_of, made_before
from tests.tokens.rows import forged
from tokens import check_query, lifecycle, policy, usage
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.secret import Secret

INACTIVE = b'{"active": false}'


@pytest.fixture
def gateway(cast: Cast) -> Issued:
    """Whoever asks: any token of the tenant."""
    return factories.token(cast.olivia.actor, kind=Kind.TENANT, name="Gateway")


def test_a_token_is_described_as_the_check_sees_it(cast: Cast, gateway: Issued) -> None:
    issued = factories.token(cast.marc.actor, "assets:write projects:read")
    answer = oauth.introspect(oauth.basic(gateway), issued.secret.value)
    client_id, end = str(issued.token.pk), issued.token.expires_at
    assert end
    assert answer.json() == {
        "active": True,
        "scope": "assets:write projects:read",
        "client_id": client_id,
        "sub": client_id,
        "aud": "http://testserver",
        "iss": "http://testserver",
        "exp": int(end.timestamp()),
        "iat": int(issued.token.created_at.timestamp()),
        "jti": client_id,
        "token_type": "Bearer",
        "tenantId": str(cast.acme.pk),
        "userId": str(cast.marc.user.pk),
    }
    assert answer["Cache-Control"] == "no-store"


@pytest.fixture
def known(cast: Cast, gateway: Issued) -> Issued:
    """A token that the gateway has asked about before, so that both were proven in this process."""
    issued = factories.token(cast.marc.actor, "assets:write")
    assert _asked(gateway, issued).json()["active"] is True
    return issued


def test_two_that_are_known_are_read_in_one_statement(gateway: Issued, known: Issued) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert _asked(gateway, known).json()["client_id"] == str(known.token.pk)
    assert len(queries) == 1


def test_of_two_that_are_known_each_is_checked_anew(cast: Cast, gateway: Issued, known: Issued) -> None:
    lifecycle.revoke(known.token, by=cast.olivia.actor)
    assert _asked(gateway, known).content == INACTIVE
    lifecycle.revoke(gateway.token, by=cast.olivia.actor)
    assert _asked(gateway, known).status_code == 401


def test_what_is_read_together_says_the_same(gateway: Issued, known: Issued) -> None:
    ids = [known.token.pk, gateway.token.pk]
    alone = [check_query.of_token(one) for one in ids]
    with check_query.read_together(*ids):
        assert [check_query.of_token(one) for one in ids] == alone
    with check_query.read_together(known.token.pk, UUID(int=1)):
        assert [check_query.of_token(one) for one in (known.token.pk, UUID(int=1))] == [alone[0], None]
        assert check_query.of_token(gateway.token.pk) == alone[1]


def test_a_jwt_is_described_by_its_own_claims(cast: Cast, gateway: Issued) -> None:
    text = oauth.jwt_of(factories.token(cast.marc.actor, "assets:write"), "assets:read")
    assert oauth.introspect(oauth.basic(gateway), text).json() == {
        "active": True,
        "token_type": "Bearer",
        **claims_of(Secret(text)),
    }


def test_a_token_without_an_end_has_no_exp(cast: Cast, gateway: Issued) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    issued = factories.token(cast.olivia.actor, kind=Kind.TENANT, lives=None)
    said = oauth.introspect(oauth.basic(gateway), issued.secret.value).json()
    assert said["active"]
    assert not {"exp", "userId"} & set(said)


def test_a_caller_is_a_client_or_a_bearer(cast: Cast, gateway: Issued) -> None:
    text = factories.token(cast.marc.actor).secret.value
    for headers in (oauth.basic(gateway), oauth.bearer(gateway.secret.value), oauth.bearer(oauth.jwt_of(gateway))):
        assert oauth.introspect(headers, text).json()["active"]
    assert oauth.introspect({}, text, **oauth.in_form(gateway)).json()["active"]


def test_whoever_is_not_authenticated_is_told_how_to_be(cast: Cast, gateway: Issued) -> None:
    text = factories.token(cast.marc.actor).secret.value
    nobody = oauth.introspect({}, text)
    assert (nobody.status_code, nobody["WWW-Authenticate"]) == (401, 'Basic realm="token-portal"')
    for wrong in (oauth.bearer(forged(gateway)), oauth.bearer("x.y.z"), oauth.bearer("")):
        answer = oauth.introspect(wrong, text)
        assert (answer.status_code, answer["WWW-Authenticate"][:6]) == (401, "Bearer")
    two = oauth.introspect(oauth.bearer(gateway.secret.value), text, **oauth.in_form(gateway))
    assert (two.status_code, two.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("text", ["x", "tpp_" + "0" * 71, "a.b.c", "\x00", "é", "x" * 20_000])
def test_what_is_no_token_is_inactive_and_nothing_more(cast: Cast, gateway: Issued, text: str) -> None:
    answer = oauth.introspect(oauth.basic(gateway), text)
    assert (answer.status_code, answer.content) == (200, INACTIVE)


@pytest.mark.parametrize("state", states.REFUSED)
def test_a_dead_token_is_inactive_and_nothing_more(cast: Cast, state: str) -> None:
    outsider = state.startswith("tenant_suspended")
    gateway = factories.token(cast.stella.actor) if outsider else factories.token(cast.olivia.actor, kind=Kind.TENANT)
    issued = states.REFUSED[state](cast)
    for text in (issued.secret.value, made_before(issued), forged(issued)):
        assert oauth.introspect(oauth.basic(gateway), text).content == INACTIVE


def test_another_tenant_s_token_is_inactive_and_never_hears_of_it(cast: Cast, gateway: Issued) -> None:
    stranger = factories.token(cast.stella.actor)
    for text in (stranger.secret.value, oauth.jwt_of(stranger)):
        usage.forget()
        assert oauth.introspect(oauth.basic(gateway), text).content == INACTIVE
        assert stranger.token.pk not in usage._latest
    assert oauth.introspect(oauth.basic(stranger), gateway.secret.value).content == INACTIVE


def test_a_token_with_networks_is_active_from_there_alone(cast: Cast, gateway: Issued) -> None:
    text = factories.token(cast.marc.actor, networks="203.0.113.0/24 2001:db8::/32").secret.value

    def active_from(address: str) -> bool:
        found: bool = oauth.introspect(oauth.basic(gateway), text, client_address=address).json()["active"]
        return found

    assert [active_from(a) for a in ("203.0.113.9", "2001:db8::1", "2001:DB8::1", "::ffff:203.0.113.9")] == [True] * 4
    assert [active_from(a) for a in ("203.0.112.9", "::1", "")] == [False] * 3


@pytest.mark.parametrize("address", ["localhost", "203.0.113.0/24", "203.0.113.9:80", "x\x00", "1" * 300])
def test_an_address_that_is_none_is_an_invalid_request(cast: Cast, gateway: Issued, address: str) -> None:
    text = factories.token(cast.marc.actor).secret.value
    answer = oauth.introspect(oauth.basic(gateway), text, client_address=address)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_asking_counts_as_a_use_from_the_client_s_address(cast: Cast, gateway: Issued) -> None:
    issued = factories.token(cast.marc.actor)
    oauth.introspect(oauth.basic(gateway), issued.secret.value, client_address="fe80::1%eth0")
    assert usage._latest[issued.token.pk].address == "fe80::1"


def test_the_token_is_asked_for(gateway: Issued) -> None:
    for answer in (oauth.call("/oauth/introspect", oauth.basic(gateway)), oauth.introspect(oauth.basic(gateway), "")):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_hint_changes_nothing(cast: Cast, gateway: Issued) -> None:
    text = factories.token(cast.marc.actor).secret.value
    assert oauth.introspect(oauth.basic(gateway), text, token_type_hint="refresh_token").json()["active"]


def test_bad_tokens_of_strangers_never_hold_up_who_asks(cast: Cast, gateway: Issued) -> None:
    wrong = forged(factories.token(cast.marc.actor))
    assert {oauth.introspect(oauth.basic(gateway), wrong).status_code for _ in range(70)} == {200}


def test_only_post_is_answered(gateway: Issued) -> None:
    assert Client().get("/oauth/introspect?token=x", headers=oauth.basic(gateway)).status_code == 405


def _asked(caller: Issued, about: Issued) -> oauth.Answer:
    return oauth.introspect(oauth.bearer(caller.secret.value), about.secret.value)
