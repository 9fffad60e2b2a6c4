"""The exchanges of Frontegg's clients: the same bytes in front of Django and inside it, and no middleware missed."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock
from urllib.parse import quote, urlencode

import pytest
from django.db import InterfaceError, OperationalError

from api import limits
from api.frontegg import quick
from api.frontegg.door import TRACE_ID
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.api.frontegg import vendor
from tests.api.proxies import DOORS, Said, environ_of, send
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.rows import forged
from tokens import check_query
from tokens.lifecycle import Issued

each_door = pytest.mark.parametrize("door", DOORS)
EXCHANGE = f"{vendor.RESOURCES}/auth/v1/api-token"
ODD = {"Host": "nowhere.example", "Sec-Fetch-Site": "cross-site", "Accept-Language": "de", "Cookie": "session=x"}
TIED = b'{"clientId": "x", "clientId": "y"}'


def ask(door: str, path: str, body: Any, *, method: str = "POST", kind: str = vendor.JSON) -> Said:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(door, environ_of(path, method=method, data=data, content_type=kind, headers=ODD))


def pair(issued: Issued) -> dict[str, str]:
    return {"clientId": str(issued.token.pk), "secret": issued.secret.value}


def bodies(cast: Cast) -> Iterator[tuple[bytes, str]]:
    """What none of the addresses takes."""
    good, dead = factories.token(cast.marc.actor), states.revoked(cast)
    wrong = {**pair(good), "secret": forged(good)}
    for said in ({}, pair(dead), wrong, {**wrong, "refreshToken": "x"}, {"clientId": 1}, ["x"], "x"):
        yield json.dumps(said).encode(), vendor.JSON
    for raw in (b"", b"{", TIED, b'{"clientId": NaN}', b"\xff"):
        yield raw, vendor.JSON
        yield raw, f"{vendor.FORM}; charset=utf-8"
    yield urlencode(wrong).encode(), vendor.FORM
    yield b"clientId=x&clientId=y", vendor.FORM
    yield json.dumps(pair(good)).encode(), "text/plain"
    yield b" " * 3_000_000, vendor.JSON


@pytest.mark.parametrize("path", [path for path in quick.ENDPOINTS if "v2" not in path])
def test_both_ways_refuse_with_the_same_bytes(cast: Cast, unlimited: None, path: str) -> None:
    for body, kind in bodies(cast):
        said = [ask(door, path, body, kind=kind) for door in DOORS]
        assert alike(said[0]) == alike(said[1])
        assert said[0].headers["Content-Length"] == str(len(said[0].body))
        assert said[0].headers["Cache-Control"] == "no-store"
        assert said[0].status in {400, 401}
        assert json.loads(said[0].body)["errors"]


@each_door
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_another_method_is_told_which_one_will_do(db: None, door: str, method: str) -> None:
    said = ask(door, EXCHANGE, {}, method=method)
    assert (said.status, said.headers["Allow"]) == (405, "POST")


@each_door
@pytest.mark.parametrize("path", [EXCHANGE, f"{EXCHANGE}/", f"/frontegg{EXCHANGE}", f"/frontegg{EXCHANGE}/"])
def test_a_client_gets_its_jwt_and_the_next_one(cast: Cast, door: str, path: str) -> None:
    said = ask(door, path, pair(factories.token(cast.marc.actor)))
    assert said.status == 200
    assert (said.headers["Content-Type"], said.headers["Cache-Control"]) == ("application/json", "no-store")
    assert said.headers[TRACE_ID] == said.headers["X-Request-ID"]
    again = {"refreshToken": json.loads(said.body)["refreshToken"]}
    for status in (200, 401):
        assert ask(door, f"{EXCHANGE}/token/refresh", again).status == status


@each_door
def test_guesses_have_to_wait(cast: Cast, door: str) -> None:
    good = factories.token(cast.marc.actor)
    wrong = {**pair(good), "secret": forged(good)}
    statuses = {ask(door, EXCHANGE, wrong).status for _ in range(limits.FAILURES_PER_WINDOW)}
    said = ask(door, EXCHANGE, wrong)
    assert (statuses, said.status) == ({401}, 429)
    assert said.headers.keys() >= {"Retry-After", "X-Rate-Limit-Reset"}


@each_door
def test_a_token_in_the_address_is_refused_and_noted(cast: Cast, door: str) -> None:
    good = factories.token(cast.marc.actor)
    assert ask(door, f"{EXCHANGE}?x={quote('Bearer ' + good.secret.value)}", pair(good)).status == 400
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).count() == 1


@each_door
@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (InterfaceError, 503), (RuntimeError, 500)])
def test_what_cannot_be_known_is_told_as_such(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, door: str, error: type[Exception], status: int
) -> None:
    good = factories.token(cast.marc.actor)
    monkeypatch.setattr(check_query, "one_row", Mock(side_effect=error("the password is hidden")))
    said = ask(door, EXCHANGE, pair(good))
    assert (said.status, "Retry-After" in said.headers) == (status, status == 503)
    assert "hidden" not in said.body.decode()


@each_door
@pytest.mark.parametrize("path", ["/auth/vendor", EXCHANGE, f"{EXCHANGE}/token/refresh/"])
def test_a_shut_door_is_not_there(cast: Cast, settings: Any, door: str, path: str) -> None:
    settings.FRONTEGG_API = False
    said = ask(door, path, pair(factories.token(cast.marc.actor)))
    assert (said.status, json.loads(said.body)) == (404, {"errors": ["Not found"]})


def alike(said: Said) -> object:
    line, headers, body = said.without_id
    return line, [(name, "" if name == TRACE_ID else value) for name, value in headers], body
