"""Clients of JavaScript that nobody here wrote, against a running server."""

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests import factories, npm
from tests.api.frontegg.vendor import RESOURCES, USER_TOKENS, credential, exchange, pair, vendor
from tests.cast import Cast
from tokens.kinds import Kind

ACCESS_TOKENS = f"{RESOURCES}/users/access-tokens/v1"

pytestmark = [pytest.mark.npm, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def origin(live_server: LiveServer, settings: Any) -> str:
    settings.PUBLIC_ORIGIN = live_server.url
    return str(live_server.url)


def test_frontegg_client_lets_in_what_an_exchange_gave(cast: Cast, origin: str) -> None:
    backend, guard = vendor("tokens").of(cast.acme.pk, cast.marc.user.pk), pair(credential("introspect"))
    personal = backend.call("POST", USER_TOKENS, {"description": "CLI"}).json()
    jwt = exchange(personal["clientId"], personal["secret"]).json()["accessToken"]
    access = backend.call("POST", ACCESS_TOKENS, {}).json()["secret"]
    asked = [
        ["JWT", f"Bearer {jwt}", {}],
        ["JWT", f"Bearer {jwt}", {"roles": ["developer"]}],
        ["JWT", f"Bearer {jwt}", {"permissions": ["assets:read", "nothing:read"]}],
        ["JWT", f"Bearer {jwt}", {"roles": ["owner"]}],
        ["JWT", "Bearer x.y.z", {}],
        ["AccessToken", access, {"roles": ["developer"]}],
        ["AccessToken", access, {"roles": ["owner"]}],
    ]
    given = {"CLIENT_ID": guard["clientId"], "CLIENT_SECRET": guard["secret"], "FRONTEGG_API_GATEWAY_URL": origin}
    acme = str(cast.acme.pk)
    assert npm.run("frontegg.mjs", told=asked, **given) == [
        *[["userApiToken", acme]] * 3,
        [403],
        [401],
        ["userAccessToken", acme],
        [403],
    ]


def test_openid_client_finds_gets_asks_and_revokes(cast: Cast, origin: str) -> None:
    issued = factories.token(cast.olivia.actor, "assets:write projects:read", kind=Kind.TENANT)
    pair = {"CLIENT_ID": str(issued.token.pk), "CLIENT_SECRET": issued.secret.value}
    assert npm.run("openid.mjs", origin, "assets:read", **pair) == {
        "issuer": origin,
        "scope": "assets:read",
        "expires_in": 300,
        "me": "assets:read",
        "before": True,
        "after": False,
        "refused": "invalid_scope",
    }
