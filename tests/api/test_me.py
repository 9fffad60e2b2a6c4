"""`GET /api/v1/me`: who a token is and what it may do, in shapes that programs rely on."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts import memberships, roles
from audit import clock
from tests import factories
from tests.cast import Cast, SignIn
from tokens import policy, usage
from tokens.kinds import Kind
from tokens.lifecycle import Issued

ME = "/api/v1/me"


def test_a_personal_token_is_told_in_full(cast: Cast, client: Client) -> None:
    issued = factories.token(cast.marc.actor, "projects:read assets:write", name="Nightly")
    token = issued.token
    answer = client.get(ME, headers=_bearer(issued))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert token.expires_at
    assert answer.json() == {
        "id": str(token.pk),
        "name": "Nightly",
        "kind": "personal",
        "scope": "assets:write projects:read",
        "subject": {"type": "user", "id": str(cast.marc.user.pk), "name": "Marc Test"},
        "tenant": {"id": str(cast.acme.pk), "slug": "acme", "name": "Acme"},
        "issued_at": f"{token.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "expires_at": f"{token.expires_at:%Y-%m-%dT%H:%M:%SZ}",
    }


def test_a_tenant_token_acts_as_the_tenant_and_may_have_no_end(cast: Cast, client: Client) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    body = client.get(ME, headers=_bearer(factories.token(cast.olivia.actor, kind=Kind.TENANT, lives=None))).json()
    assert (body["kind"], body["expires_at"]) == ("tenant", None)
    assert body["subject"] == {"type": "tenant", "id": str(cast.acme.pk), "name": "Acme"}


def test_the_end_is_the_policys_where_that_comes_first(cast: Cast, client: Client) -> None:
    issued = factories.token(cast.marc.actor, lives=timedelta(days=90))
    policy.change(cast.acme, by=cast.olivia.actor, max_days=30)
    body = client.get(ME, headers=_bearer(issued)).json()
    assert body["expires_at"] == f"{issued.token.created_at + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"


def test_the_scope_is_what_is_effective_now(cast: Cast, client: Client) -> None:
    issued = factories.token(cast.marc.actor, "assets:write updates:run")
    memberships.change_role(cast.marc.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    assert client.get(ME, headers=_bearer(issued)).json()["scope"] == "assets:read"


def test_a_token_that_may_do_nothing_is_still_good(cast: Cast, client: Client) -> None:
    issued = factories.token(cast.marc.actor, "updates:run")
    memberships.change_role(cast.marc.membership, to=roles.built_in("viewer"), by=cast.olivia.actor)
    answer = client.get(ME, headers=_bearer(issued))
    assert (answer.status_code, answer.json()["scope"]) == (200, "")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
@pytest.mark.parametrize("around", ["{} {}", "{}  {}", "{} {} "])
def test_the_schemes_case_and_spaces_do_not_matter(cast: Cast, client: Client, scheme: str, around: str) -> None:
    issued = factories.token(cast.marc.actor)
    header = around.format(scheme, issued.secret.value)
    assert client.get(ME, headers={"Authorization": header}).status_code == 200


def test_head_is_get_without_a_body(cast: Cast, client: Client) -> None:
    answer = client.head(ME, headers=_bearer(factories.token(cast.marc.actor)))
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_told_which_would_do(cast: Cast, method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, ME, headers=_bearer(factories.token(cast.marc.actor)))
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert answer.json()["code"] == "method_not_allowed"


def test_nothing_is_stored_and_nothing_is_set(cast: Cast, client: Client) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, _bearer(factories.token(cast.marc.actor))):
        answer = client.get(ME, headers=headers)
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Request-ID"].startswith("req_")
        assert not answer.cookies


def test_cookies_open_nothing_and_change_nothing(cast: Cast, sign_in: SignIn, client: Client) -> None:
    signed_in = sign_in(cast.olivia.user)
    assert signed_in.get(ME).status_code == 401
    issued = factories.token(cast.marc.actor)
    with_cookie, without = (one.get(ME, headers=_bearer(issued)) for one in (signed_in, client))
    assert with_cookie.content == without.content
    assert "Cookie" not in with_cookie.get("Vary", "")


def test_another_sites_page_may_not_read_it(cast: Cast, client: Client) -> None:
    answer = client.get(ME, headers={**_bearer(factories.token(cast.marc.actor)), "Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_its_use_is_remembered_with_address_and_client(cast: Cast, client: Client) -> None:
    issued = factories.token(cast.marc.actor)
    with clock.at(clock.now()):
        client.get(ME, headers={**_bearer(issued), "User-Agent": "asset-sync/2.3"})
        usage.flush()
        issued.token.refresh_from_db()
        assert issued.token.last_used_at == clock.now()
    assert (issued.token.last_used_address, issued.token.last_used_client) == ("127.0.0.1", "asset-sync/2.3")


def test_networks_are_those_of_the_client(cast: Cast, client: Client) -> None:
    inside = factories.token(cast.marc.actor, networks="127.0.0.0/8")
    outside = factories.token(cast.marc.actor, networks="203.0.113.0/24")
    assert client.get(ME, headers=_bearer(inside)).status_code == 200
    refused = client.get(ME, headers={**_bearer(outside), "X-Forwarded-For": "203.0.113.9"})
    assert (refused.status_code, refused.json()["code"]) == (401, "token_network_not_allowed")


def _bearer(issued: Issued) -> dict[str, str]:
    return {"Authorization": f"Bearer {issued.secret.value}"}
