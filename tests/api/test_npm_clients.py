"""Clients of JavaScript that nobody here wrote, against a running server."""

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests import factories, npm
from tests.cast import Cast
from tokens.kinds import Kind

pytestmark = [pytest.mark.npm, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def origin(live_server: LiveServer, settings: Any) -> str:
    settings.PUBLIC_ORIGIN = live_server.url
    return str(live_server.url)


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
