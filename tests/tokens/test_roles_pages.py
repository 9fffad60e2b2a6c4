"""The pages of roles: what each allows, who has it, and that nothing is lost unseen."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import memberships, own_roles, roles
from accounts.grants import Grants
from accounts.models import Membership, Role
from accounts.own_roles import NewRole
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import complaints
from tokens.lifecycle import Issued
from tokens.verification import Verified, verify

PAGE = "/t/acme/settings/roles/"


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


@pytest.fixture
def role(cast: Cast) -> Role:
    """Marc has it."""
    grants = Grants.parse("assets:write projects:read@project=7")
    made = own_roles.create([NewRole("releases", "Releases", "Ships", grants=grants)], by=cast.olivia.actor)[0]
    memberships.change_role(cast.marc.membership, to=made, by=cast.olivia.actor)
    return made


def test_the_list_says_what_each_allows_and_how_many_have_it(cast: Cast, olivia: Client, role: Role) -> None:
    page = olivia.get(PAGE)
    assert [(str(one), count) for one, count in page.context["own"]] == [("Releases", 1)]
    column = [str(one) for one in page.context["columns"]].index("Releases")
    cells = {row.place: row.cells[column] for _, rows in page.context["areas"] for row in rows}
    assert (cells["assets"], cells["members"]) == ("Write", "")
    assert f"/t/acme/settings/members/?role={role.pk}" in page.content.decode()


def test_a_role_is_made_of_ticks(cast: Cast, olivia: Client) -> None:
    said = {"key": "reader", "name": "Reader", "description": "", "scope:assets": "read", "extra:updates:run": "on"}
    assert olivia.post(f"{PAGE}new/", said).status_code == 302
    assert str(Role.objects.get(key="reader").grants) == "assets:read updates:run"


def test_a_copy_begins_with_what_the_other_allows(cast: Cast, olivia: Client, role: Role) -> None:
    page = olivia.get(f"{PAGE}new/?like={role.pk}").content.decode()
    assert 'value="Releases, copy"' in page
    assert 'name="scope:assets" value="write" checked' in page


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"key": "owner"}, "There is a role with this key."),
        ({"key": "no spaces"}, "Give the role a key"),
        ({"name": ""}, "Give the role a name"),
        ({"scope:assets": "fly"}, "assets"),
        ({"scope:": "x"}, "is not a scope"),
    ],
)
def test_what_makes_no_sense_comes_back_with_the_reason(
    cast: Cast, olivia: Client, changes: dict[str, str], problem: str
) -> None:
    answer = olivia.post(f"{PAGE}new/", {"key": "fine", "name": "Fine", "description": "kept", **changes})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert problem in page
    assert "kept</textarea>" in page


def test_an_empty_form_says_beside_each_field_what_is_missing(cast: Cast, olivia: Client) -> None:
    answer = olivia.post(f"{PAGE}new/", {"key": "", "name": "", "description": ""})
    assert complaints(answer) == ["name", "key"]
    assert "Fix 2 things" in answer.content.decode()


def test_what_live_tokens_lose_is_seen_before_it_is_saved(cast: Cast, olivia: Client, role: Role) -> None:
    issued = factories.token(cast.marc.actor, "assets:write", name="Marc's laptop")
    said = {"name": "Releases", "description": "Ships", "scope:assets": "read"}
    first = olivia.post(f"{PAGE}{role.pk}/edit/", said)
    assert first.status_code == 422
    assert "Marc&#x27;s laptop" in first.content.decode()
    assert _scope(issued) == "assets:write"
    assert olivia.post(f"{PAGE}{role.pk}/edit/", {**said, "confirm": "on"}).status_code == 302
    assert _scope(issued) == "assets:read"
    role.refresh_from_db()
    assert str(role.grants) == "assets:read projects:read@project=7"


def test_the_slip_tells_it_while_one_ticks_and_saves_nothing(cast: Cast, olivia: Client, role: Role) -> None:
    issued = factories.token(cast.marc.actor, "assets:write")
    headers = {"HX-Request": "true", "HX-Target": "effect"}
    said = {"name": "Releases", "scope:assets": "read", "confirm": "on"}
    part = olivia.post(f"{PAGE}{role.pk}/edit/", said, headers=headers).content.decode()
    assert part.strip().startswith('<div id="effect"')
    assert "1 token</b> can do less" in part
    assert _scope(issued) == "assets:write"


def lost(page: Any) -> list[str]:
    return [effect.token.name for effect in page.context["shown"].effects]


def test_every_token_that_loses_something_can_be_seen_page_by_page(cast: Cast, olivia: Client, role: Role) -> None:
    made = [factories.token(cast.marc.actor, "assets:write", name=f"T{n:02}").token.name for n in range(45)]
    address, said = f"{PAGE}{role.pk}/edit/", {"name": "Other", "scope:assets": "read", "confirm": "on"}
    first = olivia.post(address, {**said, "confirm": ""})
    assert "20 of 45 tokens" in first.content.decode()
    second = olivia.post(address, {**said, "cursor": first.context["shown"].next})
    part = {"HX-Request": "true", "HX-Target": "effect"}
    third = olivia.post(address, {**said, "cursor": second.context["shown"].next}, headers=part)
    assert [*lost(first), *lost(second), *lost(third)] == made
    assert 'value="Other"' in second.content.decode()
    back = olivia.post(address, {**said, "cursor": third.context["shown"].previous})
    assert (lost(back), back.status_code) == (lost(second), 200)
    role.refresh_from_db()
    assert (role.name, str(role.grants)) == ("Releases", "assets:write projects:read@project=7")

    viewer, address = roles.built_in("viewer"), f"{PAGE}{role.pk}/delete/"
    first = olivia.get(f"{address}?to={viewer.pk}")
    second = olivia.post(address, {"to": viewer.pk, "confirm": "on", "cursor": first.context["shown"].next})
    assert (lost(first), lost(second), second.status_code) == (made[:20], made[20:40], 200)
    assert "Nothing was deleted" not in second.content.decode()
    assert Role.objects.filter(pk=role.pk).exists()


def test_a_role_in_use_goes_only_when_its_members_have_another(cast: Cast, olivia: Client, role: Role) -> None:
    issued, viewer = factories.token(cast.marc.actor, "assets:write"), roles.built_in("viewer")
    address = f"{PAGE}{role.pk}/delete/"
    assert "loses" in olivia.get(f"{address}?to={viewer.pk}").content.decode()
    assert olivia.post(address, {"to": viewer.pk}).status_code == 422
    assert olivia.post(address, {"confirm": "on"}).status_code == 422
    assert olivia.post(address, {"to": role.pk, "confirm": "on"}).status_code == 422
    assert Role.objects.filter(pk=role.pk).exists()
    assert olivia.post(address, {"to": viewer.pk, "confirm": "on"}).status_code == 302
    assert Membership.objects.get(pk=cast.marc.membership.pk).role == viewer
    assert _scope(issued) == "assets:read"


@pytest.mark.parametrize("part", ["edit", "delete"])
def test_a_built_in_role_cannot_be_touched(cast: Cast, olivia: Client, part: str) -> None:
    viewer = roles.built_in("viewer")
    address = f"{PAGE}{viewer.pk}/{part}/"
    assert olivia.get(address).status_code == 403
    assert olivia.post(address, {"confirm": "on"}).status_code in (403, 404)


@pytest.mark.parametrize("part", ["edit", "delete"])
def test_another_tenants_role_is_nowhere(cast: Cast, sign_in: SignIn, role: Role, part: str) -> None:
    browser = sign_in(cast.stella.user)
    theirs = browser.get(f"/t/globex/settings/roles/{role.pk}/{part}/")
    unknown = browser.get(f"/t/globex/settings/roles/{cast.acme.pk}/{part}/")
    assert theirs.status_code == unknown.status_code == 404
    assert browser.get(f"/t/globex/settings/roles/new/?like={role.pk}").status_code == 404
    assert "Releases" not in browser.get("/t/globex/settings/roles/").content.decode()


def test_nobody_without_the_right_comes_in(cast: Cast, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(cast.victor.user)
    for part in ("", "new/", f"{role.pk}/edit/", f"{role.pk}/delete/"):
        assert browser.get(PAGE + part).status_code == 403


def test_as_many_queries_for_many_roles_as_for_one(cast: Cast, olivia: Client, role: Role) -> None:

    olivia.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        olivia.get(PAGE)
    own_roles.create([NewRole(f"r{number}", f"R {number}") for number in range(25)], by=cast.olivia.actor)
    with CaptureQueriesContext(connection) as many:
        page = olivia.get(PAGE)
    assert len(one) == len(many) <= 6
    assert page.context["page"].next


def _scope(issued: Issued) -> str:
    verdict = verify(issued.secret.value, address="192.0.2.1")
    assert isinstance(verdict, Verified)
    return str(verdict.grants)
