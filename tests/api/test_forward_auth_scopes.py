"""What a check asks for stands in its path alone."""

import json
import logging

import pytest

from accounts.grants import SCOPE_LIMIT
from api import forward_auth
from tests import factories
from tests.api.proxies import DOORS, SCOPE, VERIFY, ask, bearing
from tests.cast import Cast
from tests.tokens import states

each_door = pytest.mark.parametrize("door", DOORS)

ADMITTED = [
    ("assets:write", "assets:write"),
    ("assets:write", "assets:read"),
    ("assets:read", "assets:read@project=p1"),
    ("shared/conversations:read", "shared/conversations:read"),
    ("shared/conversations:read", "shared%2Fconversations%3Aread"),
    ("assets:write projects:read", "assets:read+projects:read"),
    ("assets:write projects:read", "assets:read%2Bprojects:read"),
]
LACKING = [
    ("assets:read", "assets:write", "assets:write"),
    ("assets:read@project=p1", "assets:read", "assets:read"),
    ("shared/conversations:read", "private/conversations:read", "private/conversations:read"),
    ("assets:read", "assets:read+projects:read", "projects:read"),
    ("assets:read", "projects:read+metadata:read", "metadata:read projects:read"),
]
NO_SCOPES = [
    "",
    "assets",
    "asets:read",
    "assets:fly",
    "conversations:read",
    "shared/assets:read",
    "assets:read@planet=1",
    "assets:read+",
    "+assets:read",
    "assets:read+asets:read",
    "assets:read projects:read",
    "assets:read/",
    "assets:read%0d%0aX-Auth-Tenant:%20all",
    "assets:read%00",
    "ässets:read",
    "%ff",
    "a" * (SCOPE_LIMIT + 1) + ":read",
]


@each_door
@pytest.mark.parametrize(("has", "path"), ADMITTED)
def test_who_has_every_scope_passes(cast: Cast, door: str, has: str, path: str) -> None:
    issued = factories.token(cast.marc.actor, has)
    assert ask(door, SCOPE + path, headers=bearing(issued.secret.value)).status == 200


@each_door
@pytest.mark.parametrize(("has", "path", "missing"), LACKING)
def test_who_lacks_one_is_told_which(cast: Cast, door: str, has: str, path: str, missing: str) -> None:
    issued = factories.token(cast.adam.actor, has)
    said = ask(door, SCOPE + path, headers=bearing(issued.secret.value))
    told = json.loads(said.body)
    assert (said.line, told["code"]) == ("403 Forbidden", "insufficient_scope")
    assert " ".join(told["missing_scopes"]) == missing
    scope = " ".join(sorted(path.split("+")))
    assert said.headers["WWW-Authenticate"] == (
        f'Bearer realm="token-portal", error="insufficient_scope", scope="{scope}"'
    )
    assert not said.identity


@each_door
def test_a_role_that_shrinks_bites_at_the_next_check(cast: Cast, door: str) -> None:
    headers = bearing(factories.token(cast.marc.actor, "assets:write").secret.value)
    assert ask(door, f"{SCOPE}assets:write", headers=headers).status == 200
    role = cast.marc.membership.role
    role.grants_text = "assets:read"
    role.save()
    assert ask(door, f"{SCOPE}assets:write", headers=headers).status == 403
    assert ask(door, headers=headers).identity["X-Auth-Scopes"] == "assets:read"


@each_door
@pytest.mark.parametrize("path", NO_SCOPES)
def test_a_scope_that_does_not_exist_lets_nobody_through(cast: Cast, door: str, path: str) -> None:
    said = ask(door, SCOPE + path, headers=bearing(states.active(cast).secret.value))
    assert (said.status, json.loads(said.body)["code"]) == (403, "unknown_scope")
    assert 'error="insufficient_scope", error_description=' in said.headers["WWW-Authenticate"]
    assert all(value.isascii() and value.isprintable() for _, value in said.raw)
    assert ask(door, SCOPE + path, headers=bearing(states.revoked(cast).secret.value)).status == 401
    assert ask(door, SCOPE + path).status == 401


@each_door
def test_the_operator_finds_the_mistake_in_the_log_once(
    cast: Cast, door: str, caplog: pytest.LogCaptureFixture
) -> None:
    forward_auth._required.cache_clear()
    with caplog.at_level(logging.WARNING, "api"):
        ask(door, f"{SCOPE}asets:read")
        assert not caplog.records  # a stranger writes nothing
        for _ in range(3):
            ask(door, f"{SCOPE}asets:read", headers=bearing(states.active(cast).secret.value))
    [record] = caplog.records
    assert "asets:read" in record.getMessage()


@each_door
@pytest.mark.parametrize("query", ["scope=assets:read", "scope=", "scopes=&scope=x", "_method=HEAD", "%00", "a=%ff&a"])
def test_a_query_changes_nothing(cast: Cast, door: str, query: str) -> None:
    headers = bearing(factories.token(cast.marc.actor, "assets:read").secret.value)
    for path in (VERIFY, f"{SCOPE}assets:read", f"{SCOPE}assets:write"):
        assert ask(door, f"{path}?{query}", headers=headers).without_id == ask(door, path, headers=headers).without_id
    assert ask(door, f"{VERIFY}?{query}").status == 401
