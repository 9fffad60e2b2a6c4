"""The way in front of Django and the one inside it answer with the same bytes, whatever is asked."""

from collections.abc import Iterable
from itertools import product
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from api import forward_auth, front
from api.forward_answers import MISSING, Answer
from tests import factories
from tests.api.proxies import SCOPE, VERIFY, ask, bearing, environ_of
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.rows import forged

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PATHS = [
    VERIFY,
    f"{VERIFY}/",
    f"{VERIFY}?scope=x&q=%00",
    f"{VERIFY}?q={'tpp_' + '0' * 71}",
    f"{SCOPE}assets:read",
    f"{SCOPE}assets:write",
    f"{SCOPE}shared%2Fconversations:read",
    f"{SCOPE}ässets:read",
    f"{SCOPE}%ff",
    "/authz/",
    "/authz/envoy/x",
]
ODD = {"Host": "nowhere.example", "Sec-Fetch-Site": "cross-site", "Accept-Language": "de", "Cookie": "session=x"}


@pytest.mark.parametrize(("path", "method"), list(product(PATHS, ["GET", "HEAD", "POST", "DELETE"])))
def test_both_ways_answer_with_the_same_bytes(cast: Cast, path: str, method: str) -> None:
    good, dead = factories.token(cast.marc.actor), states.revoked(cast)
    sent = [
        {},
        bearing(good.secret.value),
        bearing(good.secret.value, "X-API-Key"),
        bearing(dead.secret.value),
        bearing(forged(good)),
        bearing("garbage"),
        {**bearing(good.secret.value), **ODD},
        {**bearing(good.secret.value), "X-API-Key": "x"},
    ]
    for headers in sent:
        said = ask("in front", path, method=method, headers=headers)
        assert said.without_id == ask("inside", path, method=method, headers=headers).without_id
        assert said.headers["Content-Length"] == str(len(said.body))
        assert said.status in {200, 401, 403}


def test_ids_differ_and_look_alike(db: None) -> None:
    ids = [ask(door).headers["X-Request-ID"] for door in ("in front", "inside", "in front", "inside")]
    assert len(set(ids)) == len(ids)
    assert {(one[:4], len(one)) for one in ids} == {("req_", 20)}


@pytest.mark.parametrize(
    "path", ["/", "/authz", "/authzverify", "/oauth/introspect/", "//authz/verify", "/api/v1/me", "/AUTHZ/verify"]
)
def test_everything_else_is_django_s(path: str) -> None:
    reached: list[str] = []

    def django(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        reached.append(environ["PATH_INFO"])
        return [b""]

    front.in_front_of(django)({"PATH_INFO": path}, lambda *_: lambda _: None)
    assert reached == [path]


def unreached(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    raise AssertionError


def test_a_connection_that_broke_is_looked_after(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def answer(*_: object) -> Answer:
        told.append("answer")
        connection.errors_occurred = True
        return MISSING

    def close() -> None:
        told.append("close")
        connection.errors_occurred = False

    monkeypatch.setattr(front, "close_old_connections", close)
    monkeypatch.setattr(forward_auth, "answer", answer)
    front.in_front_of(unreached)(environ_of(VERIFY), lambda *_: lambda _: None)
    assert told == ["answer", "close"]
