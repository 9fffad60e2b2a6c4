"""What goes wrong around a check: leaks, networks, a database that is away, a mistake of our own."""

import json
from typing import NoReturn

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.test import override_settings

from api import forward_auth
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.api.proxies import DOORS, VERIFY, ask, bearing
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.jwts import Forge, exchanged
from tests.tokens.rows import forged

each_door = pytest.mark.parametrize("door", DOORS)

PROXY, VISITOR = "127.0.0.1", "203.0.113.9"


@each_door
@pytest.mark.parametrize("query", ["?token={}", "?a=1&a=Bearer%20{}", "?{}"])
def test_a_token_in_the_visitor_s_query_is_refused_and_its_tenant_told(cast: Cast, door: str, query: str) -> None:
    leaked, good = states.active(cast).secret.value, states.active(cast).secret.value
    for headers in ({}, bearing(leaked), bearing(good)):
        said = ask(door, VERIFY + query.format(leaked), headers=headers)
        assert (said.status, json.loads(said.body)["code"]) == (401, "token_in_address")
        assert leaked not in str(said.raw) + said.body.decode()
    events = Event.objects.filter(action=Action.TOKEN_LEAKED)
    assert len(events) == 3
    assert said.headers["X-Request-ID"] in {event.request_id for event in events}


@each_door
def test_a_jwt_of_ours_is_refused_there_and_one_of_the_api_s_own_is_not(cast: Cast, door: str) -> None:
    issued, forge = states.active(cast), Forge.of(cast)
    good = bearing(issued.secret.value)
    said = ask(door, f"{VERIFY}?token={exchanged(issued).jwt.value}", headers=good)
    assert (said.status, json.loads(said.body)["code"]) == (401, "token_in_address")
    assert ask(door, f"{VERIFY}?download={forge.claiming(iss='https://api.test')}", headers=good).status == 200
    assert Event.objects.get(action=Action.TOKEN_LEAKED).target_id == str(issued.token.pk)


@each_door
def test_a_made_up_token_in_the_query_is_refused_and_fills_no_ledger(cast: Cast, door: str) -> None:
    issued = states.active(cast)
    said = ask(door, f"{VERIFY}?q={forged(issued)}", headers=bearing(issued.secret.value))
    assert said.status == 401
    assert not Event.objects.filter(action=Action.TOKEN_LEAKED).exists()


@each_door
@pytest.mark.parametrize("header", ["X-Original-URI", "X-Forwarded-Uri"])
def test_the_original_address_counts_if_a_proxy_tells_it(cast: Cast, door: str, header: str) -> None:
    issued = states.active(cast)
    headers = {header: f"/files?key={issued.secret.value}", **bearing(issued.secret.value)}
    assert ask(door, headers=headers).status == 200  # from nobody in particular it says nothing
    with override_settings(TRUSTED_PROXIES=[PROXY]):
        assert ask(door, headers=headers).status == 401
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).count() == 1


@each_door
def test_a_token_with_networks_works_for_the_visitor_that_a_trusted_proxy_names(cast: Cast, door: str) -> None:
    issued = factories.token(cast.marc.actor, networks="203.0.113.0/24")
    here = {"X-Forwarded-For": VISITOR, **bearing(issued.secret.value)}
    elsewhere = {"X-Forwarded-For": f"{VISITOR}, 198.51.100.1", **bearing(issued.secret.value)}
    assert ask(door, headers=here).status == 401
    with override_settings(TRUSTED_PROXIES=[PROXY]):
        assert ask(door, headers=here).status == 200
        assert ask(door, headers=elsewhere).status == 401


@each_door
@pytest.mark.parametrize("error", [OperationalError, InterfaceError, DatabaseError, RuntimeError, MemoryError])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_cannot_be_known_is_not_let_through(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, door: str, error: type[Exception], method: str
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error("the password is hidden")

    good = states.active(cast).secret.value
    monkeypatch.setattr(forward_auth, "verify", fail)
    said = ask(door, method=method, headers=bearing(good))
    assert (said.line, said.headers["Retry-After"]) == ("503 Service Unavailable", "5")
    assert "hidden" not in said.body.decode()
    assert not said.identity
    assert ask(door).status == 401  # who sends nothing needs no database


@each_door
def test_a_leak_that_cannot_be_noted_is_not_let_through(cast: Cast, monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise OperationalError

    monkeypatch.setattr("tokens.leaks.note", fail)
    good = states.active(cast).secret.value
    assert ask(door, f"{VERIFY}?{good}", headers=bearing(good)).status == 503


@each_door
def test_a_verification_that_is_broken_open_shows_here(cast: Cast, monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    """The door has no rule of its own: it says what the one verification function says."""
    monkeypatch.setattr("tokens.verification._proves", lambda *_: True)
    assert ask(door, headers=bearing(forged(states.active(cast)))).status == 200
