"""POST /oauth/token: RFC 6749 to the letter."""

from base64 import b64encode
from collections.abc import Callable
from unittest.mock import Mock
from urllib.parse import quote

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api import limits
from tests import factories
from tests.api import oauth
from tests.cast import Cast, SignIn
from tests.tokens import states
from tests.tokens.rows import forged
from tokens import check_query
from tokens.lifecycle import Issued

BASIC = 'Basic realm="token-portal"'


@pytest.fixture
def issued(cast: Cast) -> Issued:
    return factories.token(cast.marc.actor, "assets:write projects:read")


@pytest.mark.parametrize("way", ["basic", "form"])
def test_a_client_gets_a_jwt_that_works(issued: Issued, way: str) -> None:
    answer = oauth.token(oauth.basic(issued)) if way == "basic" else oauth.token(**oauth.in_form(issued))
    said = answer.json()
    assert answer.status_code == 200
    assert set(said) == {"access_token", "token_type", "expires_in", "scope"}
    assert (said["token_type"], said["expires_in"], said["scope"]) == ("Bearer", 300, "assets:write projects:read")
    me = Client().get("/api/v1/me", headers=oauth.bearer(said["access_token"]))
    assert (me.status_code, me.json()["id"], me.json()["scope"]) == (200, str(issued.token.pk), said["scope"])


def test_the_answer_is_stored_nowhere(issued: Issued) -> None:
    for answer in (oauth.token(oauth.basic(issued)), oauth.token()):
        assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache")
        assert answer["Content-Type"] == "application/json"
        assert not answer.cookies


def test_a_charset_changes_nothing(issued: Issued) -> None:
    body = "grant_type=client_credentials"
    kind = f"{oauth.FORM};charset=UTF-8"
    answer = Client().post("/oauth/token", body, content_type=kind, headers=oauth.basic(issued))
    assert answer.status_code == 200


def test_a_pair_is_form_encoded_before_it_is_joined(issued: Issued) -> None:
    quoted = oauth.pair(quote(str(issued.token.pk), safe=""), issued.secret.value.replace("_", "%5F"))
    assert oauth.token(quoted).status_code == 200


def test_a_scope_narrows(issued: Issued) -> None:
    said = oauth.token(oauth.basic(issued), scope="assets:read").json()
    assert said["scope"] == "assets:read"
    me = Client().get("/api/v1/me", headers=oauth.bearer(said["access_token"]))
    assert me.json()["scope"] == "assets:read"


def refused(answer: oauth.Answer) -> tuple[int, str]:
    said = answer.json()
    assert set(said) == {"error", "error_description"}
    assert all(" " <= each <= "~" and each not in '"\\' for each in said["error_description"])
    return answer.status_code, said["error"]


@pytest.mark.parametrize(
    "scope", ["assets:admin", "nothing:read", "rubbish", "assets:read tokens:write", "%00", "\x00"]
)
def test_a_scope_that_is_not_held_is_invalid(issued: Issued, scope: str) -> None:
    assert refused(oauth.token(oauth.basic(issued), scope=scope)) == (400, "invalid_scope")


@pytest.mark.parametrize("grant_type", ["password", "authorization_code", "refresh_token", "CLIENT_CREDENTIALS"])
def test_no_other_grant_is_offered(issued: Issued, grant_type: str) -> None:
    assert refused(oauth.token(oauth.basic(issued), grant_type=grant_type)) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "grant_type=",
        "scope=assets:read",
        "grant_type=client_credentials&grant_type=client_credentials",
        "grant_type=client_credentials&scope=assets:read&scope=assets:write",
        "grant_type=client_credentials&x=" + "x" * 70_000,
        "grant_type=client_credentials" + "".join(f"&x{n}=1" for n in range(2000)),
    ],
)
def test_a_form_that_cannot_be_understood_is_an_invalid_request(issued: Issued, body: str) -> None:
    assert refused(oauth.call("/oauth/token", oauth.basic(issued), body)) == (400, "invalid_request")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_only_a_form_is_read(issued: Issued, kind: str) -> None:
    body = b'{"grant_type": "client_credentials"}'
    answer = Client().generic("POST", "/oauth/token", body, content_type=kind, headers=oauth.basic(issued))
    assert refused(answer) == (400, "invalid_request")


def test_a_client_is_named_in_one_way_only(issued: Issued) -> None:
    other = "0197a3f0-0000-7000-8000-00000000abcd"
    for form in (oauth.in_form(issued), {"client_secret": issued.secret.value}, {"client_id": other}):
        assert refused(oauth.token(oauth.basic(issued), **form)) == (400, "invalid_request")


def test_its_id_alone_may_stand_in_the_form_too(issued: Issued) -> None:
    assert oauth.token(oauth.basic(issued), client_id=str(issued.token.pk)).status_code == 200


WRONG: dict[str, Callable[[Issued], dict[str, str]]] = {
    "nothing": lambda it: {},
    "another scheme": lambda it: oauth.bearer(it.secret.value),
    "no base64": lambda it: {"Authorization": "Basic !!!"},
    "no UTF-8": lambda it: {"Authorization": f"Basic {b64encode(bytes([255])).decode()}"},
    "no colon": lambda it: {"Authorization": f"Basic {b64encode(b'x').decode()}"},
    "an empty header": lambda it: {"Authorization": "Basic"},
    "too long": lambda it: {"Authorization": "Basic " + "A" * 20_000},
    "a wrong secret": lambda it: oauth.pair(str(it.token.pk), forged(it)),
    "no token string": lambda it: oauth.pair(str(it.token.pk), "secret"),
    "another id": lambda it: oauth.pair("0197a3f0-0000-7000-8000-00000000abcd", it.secret.value),
    "a JWT as secret": lambda it: oauth.pair(str(it.token.pk), oauth.jwt_of(it)),
    "a NUL": lambda it: oauth.pair("\x00", "\x00"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_client_that_is_not_proven_is_told_one_thing(issued: Issued, name: str) -> None:
    answer = oauth.token(WRONG[name](issued))
    assert refused(answer) == (401, "invalid_client")
    assert answer["WWW-Authenticate"] == BASIC


@pytest.mark.parametrize("state", states.REFUSED)
def test_a_dead_token_s_holder_hears_why(cast: Cast, state: str) -> None:
    answer = oauth.token(oauth.basic(states.REFUSED[state](cast)))
    assert refused(answer) == (401, "invalid_client")
    assert states.reason(state).replace("_", " ") in answer.json()["error_description"]


def test_guesses_are_slowed_down_and_the_right_secret_is_not(issued: Issued) -> None:
    assert oauth.token(oauth.pair(str(issued.token.pk), forged(issued))).status_code == 401
    for _ in range(limits.FAILURES_PER_WINDOW - 1):
        assert limits.count_failure("192.0.2.1") == 0
    held = oauth.token(oauth.pair(str(issued.token.pk), forged(issued)))
    assert refused(held) == (429, "invalid_client")
    assert int(held["Retry-After"]) > 0
    assert oauth.token(oauth.basic(issued)).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_is_answered(issued: Issued, method: str) -> None:
    answer = Client().generic(method, "/oauth/token", headers=oauth.basic(issued))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_neither_a_cookie_nor_its_protection_matters(cast: Cast, sign_in: SignIn, issued: Issued) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies.update(sign_in(cast.olivia.user).cookies)
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://other.test"}
    form = "grant_type=client_credentials"
    unknown = browser.post("/oauth/token", form, content_type=oauth.FORM, headers=foreign)
    assert unknown.status_code == 401
    known = browser.post("/oauth/token", form, content_type=oauth.FORM, headers={**foreign, **oauth.basic(issued)})
    assert known.status_code == 200


def test_a_token_in_the_address_is_refused(issued: Issued) -> None:
    answer = oauth.call(f"/oauth/token?client_secret={issued.secret.value}", grant_type="client_credentials")
    assert answer.status_code == 400


def test_without_the_database_nobody_is_refused_for_good(issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_query, "one_row", Mock(side_effect=OperationalError("away")))
    browser = Client(raise_request_exception=False)
    for path in ("/oauth/token", "/oauth/introspect", "/oauth/revoke"):
        form = "grant_type=client_credentials&token=x"
        answer = browser.post(path, form, content_type=oauth.FORM, headers=oauth.basic(issued))
        assert (answer.status_code, bool(answer["Retry-After"])) == (503, True)


def test_an_exchange_is_two_queries(issued: Issued) -> None:
    oauth.token(oauth.basic(issued))
    with CaptureQueriesContext(connection) as queries:
        oauth.token(oauth.basic(issued))
    assert len(queries) == 2, [query["sql"] for query in queries]
