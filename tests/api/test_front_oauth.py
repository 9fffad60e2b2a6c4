"""The OAuth endpoints answer with the same bytes in front of Django and inside it, and miss no middleware."""

from unittest.mock import Mock
from urllib.parse import quote

import pytest
from django.db import InterfaceError, OperationalError

from api.oauth import quick
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.api import oauth
from tests.api.proxies import DOORS, Said, environ_of, send
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.rows import forged
from tokens import check_query

each_door = pytest.mark.parametrize("door", DOORS)
INTROSPECT = "/oauth/introspect"
ODD = {"Host": "nowhere.example", "Sec-Fetch-Site": "cross-site", "Accept-Language": "de", "Cookie": "session=x"}


def post(
    door: str, path: str, body: str, headers: dict[str, str], method: str = "POST", kind: str = oauth.FORM
) -> Said:
    more = {"data": body, "content_type": kind}
    return send(door, environ_of(path, method=method, headers=headers, **more))


@pytest.mark.parametrize("path", list(quick.ENDPOINTS))
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_both_ways_answer_with_the_same_bytes(cast: Cast, path: str, method: str) -> None:
    good, dead = factories.token(cast.marc.actor), states.revoked(cast)
    bodies = ["", "token=x&token=y", "token=%ff", f"token={dead.secret.value}", f"token={good.secret.value}&x=é"]
    callers: list[dict[str, str]] = [{}, oauth.basic(dead), oauth.bearer(forged(good)), {"Authorization": "Basic !"}]
    if path == INTROSPECT:  # the others do something for a good client
        callers += [oauth.basic(good), oauth.bearer(good.secret.value), {**oauth.bearer(good.secret.value), **ODD}]
    for body in bodies:
        for headers in callers:
            for kind in (oauth.FORM, "application/json"):
                said = [post(door, path, body, headers, method, kind) for door in DOORS]
                assert said[0].without_id == said[1].without_id
                assert said[0].headers["Content-Length"] == str(len(said[0].body))
                assert said[0].headers["Cache-Control"] == "no-store"
                assert said[0].status in {200, 400, 401, 405}


@each_door
@pytest.mark.parametrize("path", list(quick.ENDPOINTS))
def test_a_token_in_the_address_is_refused_and_noted(cast: Cast, door: str, path: str) -> None:
    good = factories.token(cast.marc.actor)
    leaking = f"{path}?x={quote('Bearer ' + good.secret.value)}"
    said = post(door, leaking, f"token={good.secret.value}&grant_type=client_credentials", oauth.basic(good))
    assert said.status == 400
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).count() == 1


@each_door
@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError, 503), (InterfaceError, 503), (RuntimeError, 500), (MemoryError, 500)]
)
def test_what_cannot_be_known_is_told_as_such(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, door: str, error: type[Exception], status: int
) -> None:
    good = factories.token(cast.marc.actor)
    monkeypatch.setattr(check_query, "one_row", Mock(side_effect=error("the password is hidden")))
    said = post(door, INTROSPECT, f"token={good.secret.value}", oauth.basic(good))
    assert said.status == status
    assert ("Retry-After" in said.headers) == (status == 503)
    assert "hidden" not in said.body.decode()


@each_door
def test_a_client_gets_its_jwt_and_gives_it_up(cast: Cast, door: str) -> None:
    good = factories.token(cast.marc.actor)
    said = post(door, "/oauth/token", "grant_type=client_credentials", oauth.basic(good))
    assert said.status == 200
    assert post(door, "/oauth/revoke", f"token={good.secret.value}", oauth.basic(good)).status == 200
    assert post(door, INTROSPECT, f"token={good.secret.value}", oauth.basic(good)).status == 401
