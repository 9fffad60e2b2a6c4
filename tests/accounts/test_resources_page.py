"""The pages of resources: list, search, register, rename, archive, and never another tenant's."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import resources
from accounts.models import Resource
from accounts.resources import Said
from tests import factories
from tests.cast import Cast, SignIn
from tests.unnamed import unnamed
from tokens.kinds import Kind

LIST = "/t/acme/settings/resources/"
HTMX = {"HX-Request": "true", "HX-Target": "resource-rows"}


@pytest.fixture
def olivia(sign_in: SignIn, cast: Cast) -> Client:
    browser = sign_in(cast.olivia.user)
    browser.get(LIST)
    return browser


@pytest.fixture
def berlin(cast: Cast) -> Resource:
    return resources.put(Said("group", "eu-1", "Berlin lab"), by=cast.olivia.actor)[0]


def shown(page: Any) -> list[str]:
    return [one.name for one in page.context["page"]]


def test_an_empty_list_says_who_registers(olivia: Client) -> None:
    text = olivia.get(LIST).content.decode()
    assert "No resources yet" in text
    assert "PUT /api/v1/resources/" in text


def test_the_list_is_searched_filtered_and_paged(cast: Cast, olivia: Client, berlin: Resource) -> None:
    resources.put_many([Said("device", f"gw-{n:03}") for n in range(60)], by=cast.olivia.actor)
    assert shown(olivia.get(f"{LIST}?q=berl")) == ["Berlin lab"]
    assert shown(olivia.get(f"{LIST}?type=group")) == ["Berlin lab"]
    first = olivia.get(f"{LIST}?q=gw&type=device")
    assert shown(first) == [f"gw-{n:03}" for n in range(50)]
    assert shown(olivia.get(f"{LIST}?q=gw&type=device&cursor={first.context['page'].next}"))[-1] == "gw-059"
    part = olivia.get(f"{LIST}?q=zebra", headers=HTMX).content.decode()
    assert "No resource matches “zebra”" in part
    assert "<html" not in part
    for nonsense in ("?state=x&type=planet", "?cursor=x", "?q=%00%27", "?q=" + "x" * 5000):
        assert olivia.get(LIST + nonsense).status_code in {200, 400}


def test_the_list_costs_the_same_however_many_there_are(cast: Cast, olivia: Client, berlin: Resource) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            olivia.get(f"{LIST}?q=b")
        return len(captured)

    few = queries()
    resources.put_many([Said("group", f"b-{number}") for number in range(40)], by=cast.olivia.actor)
    assert queries() == few <= 6


def test_one_is_registered_by_hand(olivia: Client) -> None:
    assert olivia.get(f"{LIST}new/").status_code == 200
    refused = olivia.post(f"{LIST}new/", {"type": "group", "external_id": "a b", "name": "Lab"})
    assert refused.status_code == 422
    assert 'id="external_id-problem"' in refused.content.decode()
    assert 'value="Lab"' in refused.content.decode()
    assert olivia.post(f"{LIST}new/", {"type": "group", "external_id": "eu-1", "name": "Lab"})["Location"] == LIST
    again = olivia.post(f"{LIST}new/", {"type": "group", "external_id": "eu-1"})
    assert (again.status_code, "registered already as “Lab”" in again.content.decode()) == (422, True)


def test_one_is_renamed(olivia: Client, berlin: Resource) -> None:
    path = f"{LIST}{berlin.pk}/rename/"
    assert 'value="Berlin lab"' in olivia.get(path).content.decode()
    assert olivia.post(path, {"name": " "}).status_code == 422
    assert olivia.post(path, {"name": "Berlin"}).status_code == 302
    assert Resource.objects.get().name == "Berlin"


def test_archiving_says_which_tokens_go_on(cast: Cast, olivia: Client, berlin: Resource) -> None:
    path = f"{LIST}{berlin.pk}/archive/"
    assert "No running token names" in olivia.get(path).content.decode()
    naming = [("One", "devices:read@group=eu-1"), ("Two", "assets:read updates:run@group=eu-1")]
    others = [
        ("Other case", "devices:read@group=EU-1"),
        ("Longer", "devices:read@group=eu-11"),
        ("All", "devices:read"),
    ]
    for name, scope in [*naming, *others]:
        factories.token(cast.olivia.actor, scope, kind=Kind.TENANT, name=name)
    page = olivia.get(path)
    assert {token.name for token in page.context["tokens"]} == {"One", "Two"}
    assert "These tokens go on working on it" in page.content.decode()
    assert Resource.objects.live().exists()

    assert olivia.post(path).status_code == 302
    assert not Resource.objects.live().exists()
    assert shown(olivia.get(f"{LIST}?state=archived")) == ["Berlin lab"]
    assert olivia.post(f"{LIST}{berlin.pk}/restore/").status_code == 302
    assert Resource.objects.live().exists()


@pytest.mark.parametrize("step", ["rename", "archive", "restore"])
def test_another_tenants_is_what_nobody_has(cast: Cast, olivia: Client, step: str) -> None:
    theirs, _ = resources.put(Said("group", "eu-9", "Secret plans"), by=cast.stella.actor)
    nobodys = "01a200ba-0000-7000-8000-000000000000"
    for method in ("get", "post"):
        found = [getattr(olivia, method)(f"{LIST}{pk}/{step}/", {"name": "Mine"}) for pk in (theirs.pk, nobodys)]
        assert len({answer.status_code for answer in found} & {404, 405}) == 1
        assert unnamed(found[0]) == unnamed(found[1])
    for query in ("", "?q=Secret", "?q=eu-9", "?type=group", "?state=all"):
        assert shown(olivia.get(LIST + query)) == []
    theirs.refresh_from_db()
    assert (theirs.name, theirs.archived_at) == ("Secret plans", None)


def test_the_page_is_for_those_whose_role_has_it(cast: Cast, sign_in: SignIn, berlin: Resource) -> None:
    marc = sign_in(cast.marc.user)
    assert "settings/resources/" not in marc.get("/t/acme/settings/developers/tokens/").content.decode()
    for path in ("", "new/", f"{berlin.pk}/rename/", f"{berlin.pk}/archive/"):
        assert marc.get(LIST + path).status_code == 403
    assert marc.post(f"{LIST}{berlin.pk}/restore/").status_code == 403
