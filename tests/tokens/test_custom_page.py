"""Custom permissions on the create form: lists that depend on each other, Add, Remove, and who may."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import resources
from accounts.grants import Grants
from accounts.models import Resource
from accounts.models.resources import key_of
from accounts.resources import Said
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, HTMX, NEW, held_by_form, secrets_in
from tokens.kinds import Kind
from tokens.models import Token

CUSTOM = {"kind": "custom", "name": "Roll-out", "expires": "30d", "key": "k1"}
CHOSEN = {**CUSTOM, "place": "devices", "target": "group=eu-1", "right": "read"}
SWAP = {**HTMX, "HX-Target": "permissions"}


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    said = [Said("group", "eu-1", "Berlin lab"), Said("group", "eu-2", "Paris"), Said("device", "7f3c", "Gateway 7")]
    resources.put_many([*said, Said("library", "core", "Brand core")], by=cast.olivia.actor)
    resources.put(Said("group", "theirs", "Berlin of Globex"), by=cast.stella.actor)
    return sign_in(cast.olivia.user)


def rows(page: Any) -> list[str]:
    return re.findall(r'name="row" value="([^"]+)"', page.content.decode())


def offered(page: Any, name: str) -> list[str]:
    [found] = re.findall(rf'<select[^>]*name="{name}".*?</select>', page.content.decode(), re.DOTALL)
    return re.findall(r'<option value="([^"]+)"', found)


def said(page: Any) -> str:
    found = re.findall(r'<p class="(?:said|error)"[^>]*data-announce>(.*?)</p>', page.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", " ".join(found)).split())


def test_the_lists_depend_on_the_action_type(olivia: Client) -> None:
    empty = olivia.get(NEW)
    assert (offered(empty, "target"), offered(empty, "right")) == ([], [])
    page = olivia.post(NEW, {**CUSTOM, "place": "devices", "step": "choose"})
    assert page.status_code == 200
    assert offered(page, "target") == ["all", "device=7f3c", "group=eu-1", "group=eu-2"]
    assert offered(page, "right") == ["read", "write", "restart", "connect"]
    other = olivia.post(NEW, {**CUSTOM, "place": "shared/teams", "step": "choose"})
    assert (offered(other, "target"), offered(other, "right")) == (["all"], ["read", "write"])
    assert not Token.objects.exists()


def test_a_search_keeps_what_is_chosen(olivia: Client) -> None:
    page = olivia.post(NEW, {**CHOSEN, "seek": "PAR", "step": "find"})
    assert offered(page, "target") == ["all", "group=eu-1", "group=eu-2"]
    assert held_by_form(page)["seek"] == "PAR"
    nothing = olivia.post(NEW, {**CUSTOM, "place": "devices", "seek": "zebra", "step": "find"})
    assert "No target matches “zebra”" in nothing.content.decode()


def test_enter_in_the_search_box_searches_and_creates_nothing(olivia: Client) -> None:
    sent = {**CUSTOM, "place": "devices", "row": "updates:run@group=eu-1", "seek": "eu-2", "enter": "1"}
    page = olivia.post(NEW, sent)
    assert (page.status_code, offered(page, "target")) == (200, ["all", "group=eu-2"])
    assert not Token.objects.exists()


def test_rows_are_added_explained_and_removed(olivia: Client) -> None:
    page = olivia.post(NEW, {**CHOSEN, "right": "write", "step": "add"})
    assert rows(page) == ["devices:write@group=eu-1"]
    assert said(page) == "Added: View and manage devices in device group eu-1 (Berlin lab)."
    assert (held_by_form(page)["name"], held_by_form(page)["kind"]) == ("Roll-out", "custom")

    page = olivia.post(NEW, {**CHOSEN, "row": rows(page), "right": "write", "step": "add"})
    assert "is in the list already" in said(page)
    page = olivia.post(NEW, {**CHOSEN, "row": rows(page), "step": "add"})
    assert "is already covered by “view and manage devices in device group eu-1 (Berlin lab)”" in said(page)
    page = olivia.post(NEW, {**CHOSEN, "row": rows(page), "target": "all", "right": "write", "step": "add"})
    assert rows(page) == ["devices:write"]
    assert "It covers “view and manage devices in device group eu-1 (Berlin lab)”, which was taken out" in said(page)

    page = olivia.post(NEW, {**CUSTOM, "row": [*rows(page), "updates:run@group=eu-2"], "remove": "devices:write"})
    assert rows(page) == ["updates:run@group=eu-2"]
    assert said(page) == "Removed: view and manage devices."
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"place": ""}, "Choose an action type first"),
        ({"place": "planets"}, "Choose an action type first"),
        ({"target": ""}, "Choose a target"),
        ({"right": ""}, "Choose a permission"),
        ({"right": "explode"}, "offers no action"),
        ({"target": "library=core"}, "cannot be limited to “library”"),
        ({"target": "group=eu-9"}, "not registered"),
        ({"target": "group=theirs"}, "not registered"),
        ({"target": "group=EU-1"}, "not registered"),
        ({"target": "<script>"}, "Choose a permission"),
    ],
)
def test_what_cannot_be_added_is_said_in_place(olivia: Client, typed: dict[str, str], problem: str) -> None:
    page = olivia.post(NEW, {**CHOSEN, "row": "updates:read", **typed, "step": "add"})
    assert page.status_code == 422
    assert problem in said(page)
    assert rows(page) == ["updates:read"]
    assert held_by_form(page)["name"] == "Roll-out"


def test_what_is_archived_is_not_offered(cast: Cast, olivia: Client) -> None:
    resources.archive(Resource.objects.get(external_id="eu-1"), by=cast.olivia.actor)
    assert "group=eu-1" not in offered(olivia.post(NEW, {**CUSTOM, "place": "devices", "step": "choose"}), "target")
    assert "not registered, or archived" in said(olivia.post(NEW, {**CHOSEN, "step": "add"}))


def test_another_tenants_resources_are_nowhere(olivia: Client) -> None:
    for find in ("", "Berlin", "theirs"):
        page = olivia.post(NEW, {**CUSTOM, "place": "devices", "seek": find, "step": "find"})
        assert "theirs" not in offered(page, "target")
        assert "Globex" not in page.content.decode()
    page = olivia.post(f"{NEW}summary/", {**CUSTOM, "row": "devices:read@group=theirs"})
    assert "Berlin of Globex" not in page.content.decode()


def test_the_token_is_the_tenants_and_can_do_what_the_rows_say(olivia: Client) -> None:
    many = ["updates:run@group=eu-1", "devices:read@group=eu-2", "webhooks:read"]
    summary = olivia.post(f"{NEW}summary/", {**CUSTOM, "row": many}).content.decode()
    assert "updates in device group eu-1 (Berlin lab)" in summary
    page = olivia.post(NEW, {**CUSTOM, "row": many, "scope:assets": "write"})
    assert secrets_in(page)
    token = Token.objects.get()
    assert (token.kind, token.grants) == (Kind.TENANT, Grants.parse(" ".join(many)))
    detail = olivia.get(f"/t/acme/settings/developers/tokens/{token.pk}/").content.decode()
    assert "devices in device group eu-2 (Paris)" in detail
    assert "With custom permissions" in detail


def test_what_was_chosen_and_not_added_is_not_forgotten(olivia: Client) -> None:
    page = olivia.post(NEW, {**CHOSEN, "row": "updates:run@group=eu-1"})
    assert page.status_code == 422
    assert "but did not add it" in page.content.decode()
    assert 'href="#permissions"' in page.content.decode()
    assert not Token.objects.exists()


@pytest.mark.parametrize("row", ["", "nonsense", "assets:fly", "devices:read@planet=1", "x" * 3000])
def test_rows_that_no_page_has_are_refused(olivia: Client, row: str) -> None:
    for sent in ({**CUSTOM, "row": row}, {**CHOSEN, "row": row, "step": "choose"}):
        assert olivia.post(NEW, sent).status_code in {200, 422}
    assert not Token.objects.exists()


def test_switching_the_type_keeps_both(olivia: Client) -> None:
    sent = {**FORM, "kind": "custom", "name": "", "row": "updates:run@group=eu-1", "scope:assets": "write"}
    held = held_by_form(olivia.post(NEW, sent))
    assert (held["scope:assets"], held["row"]) == ("write", "updates:run@group=eu-1")
    held = held_by_form(olivia.post(NEW, {**sent, "kind": "tenant"}))
    assert (held["kind"], held["row"]) == ("tenant", "updates:run@group=eu-1")


def test_htmx_swaps_the_section_and_the_summary(olivia: Client) -> None:
    page = olivia.post(NEW, {**CHOSEN, "step": "add"}, headers=SWAP)
    text = page.content.decode()
    assert text.lstrip().startswith('<section class="section" id="permissions">')
    assert 'id="grant"' in text
    assert 'hx-swap-oob="true"' in text
    targets = olivia.post(NEW, {**CHOSEN, "step": "find"}, headers={**HTMX, "HX-Target": "targets"}).content.decode()
    assert targets.lstrip().startswith('<div class="field" id="targets">')


def test_the_number_of_queries_does_not_grow(cast: Cast, olivia: Client) -> None:
    olivia.get(NEW)

    def queries(sent: dict[str, Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert olivia.post(NEW, sent, headers=SWAP).status_code == 200
        return len(captured)

    few = queries({**CHOSEN, "row": "updates:run@group=eu-1", "step": "add"})
    more = [Said("group", f"g{number}", f"Group {number}") for number in range(100)]
    resources.put_many(more, by=cast.olivia.actor)
    assert queries({**CHOSEN, "row": [f"updates:run@group=g{n}" for n in range(40)], "step": "add"}) == few <= 14


@pytest.mark.parametrize("find", ["", "gate", "7f"])
def test_every_query_of_the_picker_stops_after_a_page_found_by_an_index(olivia: Client, find: str) -> None:
    """So that 100,000 resources cost what a thousand do: told by the plan, not by a clock."""
    with CaptureQueriesContext(connection) as captured:
        olivia.post(NEW, {**CUSTOM, "place": "devices", "seek": find, "step": "find"}, headers=SWAP)
    asked = [query["sql"] for query in captured if '"accounts_resource"' in query["sql"]]
    assert len(asked) == (9 if find else 3)
    assert all("LIMIT" in sql for sql in asked)
    if connection.vendor != "sqlite":
        return  # PostgreSQL reads a small table whole, whatever indexes there are
    begins = {plan for sql in asked for plan in _plans(sql)}
    assert not [plan for plan in begins if plan.startswith("SCAN") and "json_each" not in plan]
    if find:
        assert [plan for plan in begins if "type=? AND name_key>? AND name_key<?" in plan]


def _plans(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"))
        return [row[3] for row in cursor.fetchall()]


def test_on_the_page_single_targets_are_kept_or_taken_away(cast: Cast, olivia: Client) -> None:
    scope = "updates:run@group=eu-1 devices:read@group=eu-2 webhooks:read"
    token = factories.token(cast.olivia.actor, scope, kind=Kind.TENANT).token
    path = f"/t/acme/settings/developers/tokens/{token.pk}/scopes/"
    page = olivia.get(path)
    assert "Device group: eu-1 (Berlin lab)" in page.content.decode()
    held = held_by_form(page)
    assert olivia.post(path, held).status_code == 302
    token.refresh_from_db()
    assert token.grants == Grants.parse(scope)
    assert olivia.post(path, {name: value for name, value in held.items() if "eu-1" not in name}).status_code == 302
    token.refresh_from_db()
    assert token.grants == Grants.parse("devices:read@group=eu-2 webhooks:read")


def test_one_like_this_carries_its_permissions(cast: Cast, olivia: Client) -> None:
    scope = "updates:run@group=eu-1 updates:run@group=gone webhooks:read"
    like = factories.token(cast.olivia.actor, scope, kind=Kind.TENANT).token
    page = olivia.get(NEW, {"like": str(like.pk)})
    assert held_by_form(page)["kind"] == "custom"
    assert set(rows(page)) == set(scope.split())
    assert secrets_in(olivia.post(NEW, {**CUSTOM, "row": rows(page)}))


def test_names_are_kept_as_lists_sort_them() -> None:
    assert key_of("Straße") == "strasse"
    assert len(key_of("ß" * 200)) == 200
