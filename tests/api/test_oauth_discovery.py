"""What clients find out by themselves: RFC 8414 and RFC 7517."""

import pytest
from django.test import Client
from django.urls import resolve

METADATA = "/.well-known/oauth-authorization-server"
JWKS = "/.well-known/jwks.json"

pytestmark = pytest.mark.django_db


def test_the_metadata_says_where_everything_is() -> None:
    said = Client().get(METADATA).json()
    scopes = said.pop("scopes_supported")
    assert said == {
        "issuer": "http://testserver",
        "token_endpoint": "http://testserver/oauth/token",
        "jwks_uri": "http://testserver/.well-known/jwks.json",
        "introspection_endpoint": "http://testserver/oauth/introspect",
        "revocation_endpoint": "http://testserver/oauth/revoke",
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "Bearer"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
    assert {"assets:read", "assets:write", "shared/conversations:read", "tokens:write"} <= set(scopes)
    assert scopes == sorted(set(scopes))


def test_every_endpoint_is_there() -> None:
    said = Client().get(METADATA).json()
    for name in ("token_endpoint", "introspection_endpoint", "revocation_endpoint", "jwks_uri"):
        assert resolve(said[name].removeprefix(said["issuer"]))


@pytest.mark.parametrize("path", [METADATA, JWKS])
def test_caches_may_keep_it_for_a_while(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize("path", [METADATA, JWKS])
def test_only_reading_is_answered(path: str) -> None:
    assert Client().head(path).status_code == 200
    refused = Client(enforce_csrf_checks=True).post(path)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


def test_no_openid_provider_is_pretended() -> None:
    answer = Client().get("/.well-known/openid-configuration")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
