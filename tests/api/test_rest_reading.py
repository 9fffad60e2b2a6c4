"""What any token may read, and the description of it all."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.installed import catalogue
from accounts.models import User
from api.rest.app import document
from tests.api.rest import API, program, strong
from tests.cast import Cast, SignIn
from tokens.kinds import Kind

PAGE = f"{API}/docs"


@pytest.mark.parametrize("kind", Kind)
def test_me_is_what_the_check_sees(cast: Cast, kind: Kind) -> None:
    by = program(cast.olivia.actor, "assets:write", kind)
    token, answer = by.issued.token, by.get("/me")
    subject = token.subject
    assert token.expires_at
    assert answer["Content-Type"] == "application/json"
    assert list(answer.json().items()) == [
        ("id", str(token.pk)),
        ("name", "A token"),
        ("kind", kind.value),
        ("scope", "assets:write"),
        ("subject", {"type": subject.kind, "id": subject.id, "name": subject.label}),
        ("tenant", {"id": str(cast.acme.pk), "slug": "acme", "name": "Acme"}),
        ("issued_at", token.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("expires_at", token.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")),
    ]
    assert reverse("api-me") == f"{API}/me"


def test_the_tenant_is_the_tokens(cast: Cast) -> None:
    assert strong(cast).get("/tenants/current").json()["slug"] == "acme"
    assert program(cast.stella.actor, "assets:read").get("/tenants/current").json()["name"] == "Globex"


def test_the_catalogue_holds_every_scope(cast: Cast) -> None:
    told = program(cast.victor.actor, "assets:read").get("/catalogue").json()
    found = {
        f"{boundary}{resource['key']}:{action['key']}"
        for area in told["areas"]
        for resource in area["resources"]
        for action in resource["actions"]
        for boundary in ([f"{one['key']}/" for one in resource["boundaries"]] or [""])
    }
    known = catalogue()
    assert found == {str(g) for r in known.resources for action in r.actions for g in r.grants(action)}
    assert {one["key"]: one["scope"] for one in told["presets"]} == {p.key: str(p.grants) for p in known.presets}


def test_the_document_is_openapi_and_everybodys(client: Client, db: None) -> None:
    told = client.get(f"{API}/openapi.json")
    assert (told.status_code, told.json()["openapi"]) == (200, "3.1.0")
    ids = [one["operationId"] for path in told.json()["paths"].values() for one in path.values()]
    assert len(ids) == len(set(ids)) == 64


def test_every_operation_names_its_refusals() -> None:
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            known = set(operation["responses"])
            assert {400, 401, 422, 429, 431, 503} < known
            assert (403 in known) == bool(operation["x-accepted-scopes"] or operation["x-required-rights"])
            assert (404 in known) == ("{" in path)
            assert ({413, 415} <= known) == ("requestBody" in operation)


def test_the_page_tells_every_operation_and_every_object(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.victor.user).get(PAGE).content.decode()
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            assert escape(operation["summary"]) in page
            assert path in page
    assert "Page of Token" in page
    assert not re.search(r"<script(?! (type=\"module\" )?src=)|Page_|None|\$ref", page)


def test_the_page_is_for_people_who_are_signed_in(cast: Cast, sign_in: SignIn, petra: User) -> None:
    assert Client().get(PAGE)["Location"] == f"/account/sign-in/?next={PAGE}"
    assert sign_in(petra).get(PAGE).status_code == 200


def test_every_page_leads_to_it(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.marc.user).get("/t/acme/settings/developers/tokens/").content.decode()
    assert f'<a href="{PAGE}">' in page
