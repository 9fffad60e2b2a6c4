"""Every error names its request: on pages as text to copy, in problems, and by the name that header and log have."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import memberships
from audit.models import Event
from tests import factories
from tests.api import oauth
from tests.api.frontegg.vendor import TENANT_TOKENS
from tests.api.managing import API
from tests.api.proxies import DOORS, bearing, environ_of, send
from tests.cast import Cast, SignIn
from tests.tokens.pages import LIST

PROBLEM = "application/problem+json"


def broken(*args: object, **kwargs: object) -> None:
    raise RuntimeError("broken")


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(cast.marc.user)
    browser.raise_request_exception = False
    return browser


def suspended(cast: Cast, marc: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    return marc.get(LIST)


def broken_page(cast: Cast, marc: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("tokens.listing.read", broken)
    return marc.get(LIST)


def tried_too_often(cast: Cast, marc: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    for _ in range(30):
        answer = Client().post("/account/password/reset/", {"email": "nobody@acme.test"})
    return answer


def form_too_old(cast: Cast, marc: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    return Client(enforce_csrf_checks=True).post("/account/sign-in/", {})


ERRORS: dict[str, tuple[int, Callable[[Cast, Client, pytest.MonkeyPatch], Any]]] = {
    "in the address": (400, lambda cast, marc, _: marc.get("/?q=tpp_" + "0" * 66 + "Dr7sH")),
    "not allowed": (403, lambda cast, marc, _: marc.get("/t/acme/settings/audit-log/")),
    "suspended": (403, suspended),
    "form too old": (403, form_too_old),
    "not found": (404, lambda cast, marc, _: marc.get("/t/nowhere/settings/audit-log/")),
    "too many attempts": (429, tried_too_often),
    "broken": (500, broken_page),
}


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_page_names_its_request(
    cast: Cast, marc: Client, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    status, cause = ERRORS[error]
    answer = cause(cast, marc, monkeypatch)
    assert answer.status_code == status
    assert f'<code class="whole">{answer["X-Request-ID"]}</code>' in answer.content.decode()


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
@pytest.mark.parametrize("path", ["/me", "/tokens", "/nowhere", "/members/x", "/management/tenants", "/ledger?x=1"])
def test_every_problem_names_its_request(cast: Cast, method: str, path: str) -> None:
    weak = bearing(factories.token(cast.marc.actor, "assets:read").secret.value)
    for headers in ({}, bearing("garbage"), weak):
        answer = Client().generic(method, API + path, b"{", content_type="application/json", headers=headers)
        if answer.status_code >= 400:
            assert (answer["Content-Type"], answer.json()["request_id"]) == (PROBLEM, answer["X-Request-ID"])
            assert int(answer["Content-Length"]) == len(answer.content)


def test_what_broke_names_its_request_to_programs_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokens.listing.rows", broken)
    strong = bearing(factories.token(cast.olivia.actor, "tokens:read").secret.value)
    answer = Client(raise_request_exception=False).get(f"{API}/tokens", headers=strong)
    assert (answer.status_code, answer.json()["request_id"]) == (500, answer["X-Request-ID"])


def test_a_refusal_is_found_in_the_ledger_by_it(cast: Cast) -> None:
    weak = bearing(factories.token(cast.olivia.actor, "assets:read").secret.value)
    told = Client().get(f"{API}/members", headers=weak).json()["request_id"]
    assert Event.objects.matching(told).get().action == "access.refused"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("path", ["/authz/verify", "/authz/verify/scope/assets:read", "/authz/x", "/oauth/introspect"])
def test_the_doors_before_django_name_it_too(cast: Cast, door: str, path: str) -> None:
    for headers in ({}, bearing("garbage"), bearing(factories.token(cast.marc.actor, "projects:read").secret.value)):
        said = send(door, environ_of(path, headers=headers))
        if said.status >= 400:
            assert json.loads(said.body)["request_id"] == said.headers["X-Request-ID"]
            assert said.headers["Content-Length"] == str(len(said.body))


def test_other_peoples_shapes_stay_as_they_are(cast: Cast) -> None:
    assert oauth.token(grant_type="x").json().keys() == {"error", "error_description"}
    assert Client().get(TENANT_TOKENS).json() == {"errors": ["Unauthorized"]}
