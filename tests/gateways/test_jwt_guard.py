"""The guide's recipe for services that check JWTs by themselves, run in front of an API of that kind."""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.test import override_settings

from tests.cast import Cast
from tests.gateways.starting import nowhere
from tests.tokens.jwts import Forge, encoded
from tokens import keys, protecting

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

LONGEST_LINES = 40
SCOPE = protecting.example_scope()
RESOURCE = SCOPE.partition(":")[0]

type Call = Callable[[str], tuple[str, dict[str, Any]]]


def called(recipe: dict[str, Any], authorization: str) -> tuple[str, dict[str, Any]]:
    """The status, and the claims that the API was told; none where the request did not reach it."""
    told, statuses = {}, []

    def api(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        told.update(environ["token.claims"])
        start_response("200 OK", [])
        return [b""]

    environ = {"HTTP_AUTHORIZATION": authorization} if authorization else {}
    setup_testing_defaults(environ)
    recipe["JwtGuard"](api)(environ, lambda status, headers: statuses.append(status))
    return statuses[0][:3], told


def bent(signature: bytes) -> bytes:
    return signature[:-1] + bytes([signature[-1] ^ 1])


def recipe_of(lines: str) -> dict[str, Any]:
    recipe: dict[str, Any] = {}
    exec(compile(lines, "jwt_guard.py", "exec"), recipe)  # noqa: S102 - as a reader does
    return recipe


@pytest.fixture
def forge(cast: Cast) -> Forge:
    return Forge.of(cast)


@pytest.fixture
def call(forge: Forge) -> Call:
    """The recipe with the keys that this installation publishes."""
    recipe = recipe_of(protecting.offline().lines)
    recipe["KEYS"].fetch_data = keys.public_jwks
    return lambda authorization: called(recipe, authorization)


def test_it_is_short() -> None:
    assert len(protecting.offline().lines.splitlines()) <= LONGEST_LINES


@pytest.mark.parametrize("level", ["read", "write"])
def test_a_jwt_with_the_scope_or_a_greater_one_gets_in(call: Call, forge: Forge, level: str) -> None:
    status, claims = call(f"Bearer {forge.claiming(scope=f'updates:run {RESOURCE}:{level}')}")
    assert (status, claims["sub"]) == ("200", str(forge.issued.token.pk))


@pytest.mark.parametrize("scope", ["updates:run", f"{RESOURCE}x:read", f"{RESOURCE}:read@project=1", ""])
def test_another_scope_is_too_little(call: Call, forge: Forge, scope: str) -> None:
    assert call(f"Bearer {forge.claiming(scope=scope)}") == ("403", {})


FORGED: dict[str, Callable[[Forge], str]] = {
    "nothing": lambda _: "",
    "an empty one": lambda _: "Bearer ",
    "garbage": lambda _: "Bearer a.b.c",
    "the token itself": lambda forge: f"Bearer {forge.issued.secret.value}",
    "another scheme": lambda forge: f"Basic {forge.text}",
    "another kind of JWT": lambda forge: f"Bearer {forge.heading(typ='JWT')}",
    "an unknown key": lambda forge: f"Bearer {forge.heading(kid='unknown')}",
    "another issuer": lambda forge: f"Bearer {forge.claiming(iss='https://else.example')}",
    "another audience": lambda forge: f"Bearer {forge.claiming(aud='https://else.example')}",
    "an old one": lambda forge: f"Bearer {forge.claiming(exp=int(time.time()) - 1)}",
    "one without an end": lambda forge: f"Bearer {forge.claiming(exp=...)}",
    "one without a scope": lambda forge: f"Bearer {forge.claiming(scope=...)}",
    "no signature": lambda forge: f"Bearer {forge.text.rpartition('.')[0]}.",
    "alg none": lambda forge: f"Bearer {encoded(b'{"alg":"none","typ":"at+jwt"}')}.{forge.text.split('.')[1]}.",
    "a bent signature": lambda forge: f"Bearer {forge.with_signature(bent)}",
}


@pytest.mark.parametrize("wrong", FORGED)
def test_whatever_is_wrong_is_not_let_in(call: Call, forge: Forge, wrong: str) -> None:
    assert call(FORGED[wrong](forge)) == ("401", {})


def test_without_keys_nobody_gets_in(forge: Forge) -> None:
    with override_settings(PUBLIC_ORIGIN=nowhere()):
        recipe = recipe_of(protecting.offline().lines)
    assert called(recipe, f"Bearer {forge.text}") == ("503", {})
    assert settings.PUBLIC_ORIGIN not in recipe["ORIGIN"]
