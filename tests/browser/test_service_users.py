"""A service user's life, with JavaScript and without: made, given access and a token, switched off and on, deleted."""

import pytest
from playwright.sync_api import Page, expect

from accounts import findable, resources, search
from accounts.models import ServiceUser
from accounts.resources import Said
from tests import factories
from tests.browser import machine
from tests.browser.conftest import Enter
from tests.browser.visitor import ACME, CREATE, Visitor
from tests.cast import Cast
from tokens import subjects
from tokens.models import Token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SERVICE_USERS = f"{ACME}/service-users/"
PRESS_AT_ONCE = """() => document.addEventListener("htmx:afterSwap",
  () => setTimeout(() => document.getElementById("add-permission").click()), { once: true })"""


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_service_user_lives_from_first_to_last(cast: Cast, enter: Enter, javascript: bool) -> None:
    marc = enter(cast.marc.user, java_script_enabled=javascript)
    page = marc.goto(SERVICE_USERS)
    page.get_by_role("link", name="Create service user").click()
    page.get_by_label("Name").fill("asset-sync")
    page.get_by_label("Other people").fill(cast.victor.user.email)
    page.get_by_role("button", name="Create service user").click()
    expect(page.get_by_role("heading", name="asset-sync", level=1)).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Service user created")

    page.get_by_role("link", name="Add access").click()
    page.get_by_label("It may").select_option(label="Read and change assets")
    page.get_by_role("button", name="Add access").click()
    expect(page.get_by_role("rowheader", name="Read and change assets")).to_be_visible()

    secret = _create_token(marc)
    status, me = machine.call(marc.origin, secret)
    assert (status, me["scope"], me["subject"]["name"]) == (200, "assets:write", "asset-sync")

    page.goto(f"{SERVICE_USERS}{ServiceUser.objects.get().pk}/")
    page.get_by_role("link", name="Disable", exact=True).click()
    page.get_by_role("button", name="Disable").click()
    expect(page.locator("main")).to_contain_text("Disabled: every request with its tokens is refused")
    assert machine.call(marc.origin, secret)[0] == 401
    page.get_by_role("link", name="Enable", exact=True).click()
    page.get_by_role("button", name="Enable").click()
    expect(page.locator("#toasts")).to_contain_text("Service user enabled")
    assert machine.call(marc.origin, secret)[0] == 200
    _delete(marc, page)
    assert machine.call(marc.origin, secret)[0] == 401


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_access_is_picked_on_what_is_registered(cast: Cast, enter: Enter, javascript: bool) -> None:
    resources.put_many([Said("group", "eu-1", "Berlin lab"), Said("group", "eu-2", "Paris lab")], by=cast.olivia.actor)
    made = factories.worker(cast.olivia.actor, name="asset-sync", grants="assets:read")
    olivia = enter(cast.olivia.user, java_script_enabled=javascript)
    page = olivia.goto(f"{SERVICE_USERS}{made.pk}/")
    page.get_by_role("link", name="Add access").click()
    page.get_by_label("Action type").select_option("devices")
    if not javascript:
        page.get_by_role("button", name="Show its lists").click()
    page.locator("#target option[value='group=eu-1']").wait_for(state="attached")
    page.get_by_label("Target entity").select_option("group=eu-1")
    page.get_by_label("Permission type").select_option("read")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#permission-rows tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Add access").last.click()
    expect(page.get_by_role("rowheader", name="View devices in device group")).to_be_visible()
    made.refresh_from_db()
    assert str(made.grants) == "assets:read devices:read@group=eu-1"


def test_what_a_choice_brings_works_at_once(cast: Cast, enter: Enter) -> None:
    """A button that comes with an answer can be pressed before anything else happens."""
    olivia = enter(cast.olivia.user)
    page = olivia.goto(f"{SERVICE_USERS}{factories.worker(cast.olivia.actor, name='asset-sync').pk}/access/new/")
    page.evaluate(PRESS_AT_ONCE)
    olivia.watch.expects(422)
    page.get_by_label("Action type").select_option("devices")
    expect(page.locator("#builder-problem")).to_be_visible()
    assert olivia.watch.requests[-1].headers["hx-target"] == "permissions"


def test_choosing_a_subject_swaps_what_can_be_ticked(cast: Cast, enter: Enter) -> None:
    factories.worker(cast.marc.actor, name="asset-sync", grants="assets:read")
    marc = enter(cast.marc.user)
    page = marc.goto(CREATE)
    marc.fill_in("Sync")
    marc.choose("Projects", "Read")
    page.get_by_label("Acts as", exact=True).select_option(label="asset-sync")
    row = page.locator(".scope", has=page.get_by_text("projects", exact=True))
    expect(row).to_contain_text("asset-sync has no access to this")
    expect(page.locator("#grant")).to_contain_text("Sync will act as asset-sync until")
    expect(page.get_by_label("Token name")).to_have_value("Sync")
    marc.submit()
    assert marc.secret
    assert Token.objects.get().grants_text == "assets:read"


def test_many_service_users_are_searched_where_they_are_chosen(cast: Cast, enter: Enter) -> None:
    made = ServiceUser.objects.bulk_create(
        ServiceUser(tenant=cast.acme, name=f"robot-{number:03}", grants_text="assets:read")
        for number in range(3 * subjects.FEW)
    )
    search.add(*map(findable.service_user, made))
    olivia = enter(cast.olivia.user)
    page = olivia.goto(CREATE)
    page.get_by_role("searchbox", name="Search people and service users").press_sequentially("robot-077")
    expect(page.get_by_label("Acts as", exact=True).get_by_role("option", name="robot-003")).to_have_count(0)
    expect(page.get_by_role("searchbox", name="Search people and service users")).to_be_focused()
    page.get_by_label("Acts as", exact=True).select_option(label="robot-077")
    olivia.rest()
    olivia.fill_in("Sync")
    olivia.submit()
    assert olivia.secret
    assert Token.objects.get().service_user == made[77]


def _create_token(marc: Visitor) -> str:
    marc.page.get_by_role("link", name="Create token").click()
    expect(marc.page.get_by_label("Acts as", exact=True)).to_have_value(f"service:{ServiceUser.objects.get().pk}")
    marc.fill_in("Nightly copy", level="Write")
    marc.submit()
    secret = marc.secret
    marc.page.get_by_label("I have stored the secret").check()
    marc.page.get_by_role("button", name="Done").click()
    expect(marc.page.get_by_label("Secret", exact=True)).to_have_count(0)
    return secret


def _delete(marc: Visitor, page: Page) -> None:
    marc.watch.expects(422)
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page.get_by_text("1 running token")).to_be_visible()
    page.get_by_label("Type asset-sync").fill("asset")
    page.get_by_role("button", name="Delete service user").click()
    expect(page.get_by_text("Type its name to end them all")).to_be_visible()
    page.get_by_label("Type asset-sync").fill("asset-sync")
    page.get_by_role("button", name="Delete service user").click()
    expect(page.locator("#toasts")).to_contain_text("Service user deleted")
