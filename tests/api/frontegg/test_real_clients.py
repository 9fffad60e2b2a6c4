"""Frontegg's own Python client against a running portal, told nothing but another address."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.api.frontegg.test_access_tokens import TENANTS, USERS
from tests.api.frontegg.test_api_tokens import made, role
from tests.api.frontegg.vendor import TENANT_TOKENS, USER_TOKENS, Vendor, credential, exchange, pair, vendor
from tests.cast import Cast
from tokens.credentials import IssuedCredential

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 60
GUARDS = ["flask", "fastapi"]


@pytest.fixture
def origin(live_server: LiveServer, settings: Any) -> str:
    settings.PUBLIC_ORIGIN = live_server.url
    return str(live_server.url)


@pytest.fixture
def backend(cast: Cast, origin: str) -> Vendor:
    return vendor("tokens").of(cast.acme.pk, cast.marc.user.pk)


def told(by: str, origin: str, issued: IssuedCredential, asked: list[Any]) -> list[Any]:
    """What a process with the client says of what was asked."""
    given = {"client_id": pair(issued)["clientId"], "secret": pair(issued)["secret"], "by": by, "asked": asked}
    done = subprocess.run(
        [sys.executable, "-m", "tests.api.frontegg.guarded"],
        input=json.dumps(given),
        env={**os.environ, "FRONTEGG_API_GATEWAY_URL": origin, "PYTHONWARNINGS": "ignore"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def jwt_of(made: Any) -> dict[str, str]:
    answer = exchange(made["clientId"], made["secret"])
    assert answer.status_code == 200, answer.content
    return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


@pytest.mark.parametrize("guard", GUARDS)
def test_the_guards_let_in_what_an_exchange_gave(cast: Cast, origin: str, backend: Vendor, guard: str) -> None:
    reader = role(cast, "reader", "assets:write")
    marc = jwt_of(made(backend.call("POST", USER_TOKENS, {"description": "CLI"})))
    robot = jwt_of(made(backend.call("POST", TENANT_TOKENS, {"roleIds": [str(reader.pk)]})))
    asked = [
        ("/any", marc), ("/read", marc), ("/developer", marc), ("/admin", robot),
        ("/any", robot), ("/read", robot), ("/developer", robot),
        ("/any", {}), ("/any", {"Authorization": "Bearer x.y.z"}), ("/any", {"Authorization": f"Bearer {backend.jwt}"}),
    ]  # fmt: skip
    acme, no, barred = [200, str(cast.acme.pk)], [401, None], [403, None]
    assert told(guard, origin, credential("introspect"), asked) == [
        acme, acme, acme, barred,
        acme, acme, barred,
        no, no, no,
    ]  # fmt: skip


@pytest.mark.parametrize("guard", GUARDS)
def test_the_guards_look_up_access_tokens(cast: Cast, origin: str, backend: Vendor, guard: str) -> None:
    writer = role(cast, "writer", "assets:write")
    marc = {"X-API-KEY": made(backend.call("POST", USERS, {}))["secret"]}
    robot = {"X-API-KEY": made(backend.call("POST", TENANTS, {"roleIds": [str(writer.pk)]}))["secret"]}
    revoked = made(backend.call("POST", USERS, {}))
    backend.call("DELETE", f"{USERS}/{revoked['id']}")
    gone = {"X-API-KEY": revoked["secret"]}
    asked = [
        ("/any", marc), ("/read", marc), ("/developer", marc),
        ("/any", robot), ("/read", robot), ("/admin", robot), ("/developer", robot),
        ("/any", gone), ("/read", gone),
    ]  # fmt: skip
    acme, no, barred = [200, str(cast.acme.pk)], [401, None], [403, None]
    assert told(guard, origin, credential("introspect"), asked) == [
        acme, acme, acme,
        acme, acme, barred, barred,
        no, no,
    ]  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "/frontegg"])
def test_its_http_client_manages_tokens(cast: Cast, origin: str, prefix: str) -> None:
    acme, marc = str(cast.acme.pk), {"frontegg-user-id": str(cast.marc.user.pk)}
    users, tenants = (f"{prefix}{path}" for path in (USER_TOKENS, TENANT_TOKENS))
    asked = [
        [origin],
        ["post", users, {"description": "CLI"}, acme, marc],
        ["get", users, None, acme, marc],
        ["post", tenants, {"description": "CI"}, acme, {}],
        ["get", tenants, None, None, {}],
    ]
    (one, pair_), (two, listed), (three, robot), (four, refusal) = told("http", origin, credential("tokens"), asked)
    assert (one, two, three, four) == (201, 200, 201, 400)
    assert listed == [{name: value for name, value in pair_.items() if name != "secret"}]
    assert robot["tenantId"] == acme
    assert refusal == {"errors": ["The header frontegg-tenant-id is missing"]}
