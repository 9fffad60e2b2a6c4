"""On a phone, 390 px wide: everything is there, within reach of a thumb, and nothing covers what one types into."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from accounts import memberships
from tests import factories
from tests.accounts.invited import MEMBERS, invite
from tests.browser import machine
from tests.browser.conftest import Enter, Visit
from tests.browser.keyboard import Keyboard
from tests.browser.owner_pages import QUEUE
from tests.browser.policy_pages import ROLES
from tests.browser.visitor import CREATE, LIST, SIGN_IN
from tests.cast import Cast
from tokens.kinds import Kind
from tokens.models import Token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTH, HEIGHT = 390, 844
PHONE: dict[str, Any] = {"viewport": {"width": WIDTH, "height": HEIGHT}, "is_mobile": True, "has_touch": True}
THUMB = 44
TOO_LOW = """(touched, least) => touched.filter((one) => one.offsetHeight < least && !one.matches(".sr"))
  .map((one) => one.outerHTML)"""
OVERFLOWING = "cells => cells.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.outerHTML)"
EDGE = 16  # at most, around a sheet


def test_a_token_is_created_used_and_revoked_on_a_phone(cast: Cast, visit: Visit) -> None:
    marc = visit(**PHONE)
    page = marc.goto(SIGN_IN)
    marc.sign_in(cast.marc.user)
    page.get_by_role("link", name="Create token").tap()
    marc.fill_in("Sync")
    page.locator(".sticky-actions").get_by_role("button", name="Create token").tap()
    secret = marc.secret
    marc.dialog.get_by_label("I have stored the secret").check()
    marc.dialog.get_by_role("button", name="Done").tap()
    expect(page.get_by_role("heading", name="Sync", level=1)).to_be_visible()
    assert machine.call(marc.origin, secret)[0] == 200

    page.get_by_role("button", name="Open navigation").tap()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Developers").tap()
    expect(page.get_by_role("row", name="Sync")).to_contain_text("Active")  # below the name, as columns have left
    page.get_by_role("button", name="Actions for Sync").tap()
    page.get_by_role("link", name="Revoke…").tap()
    marc.dialog.get_by_label("Type the token ID").fill(Token.objects.get().short_id)
    marc.dialog.get_by_role("button", name="Revoke token").tap()
    expect(page.locator("#toasts")).to_contain_text("Token revoked")
    assert machine.call(marc.origin, secret)[0] == 401


def test_the_navigation_opens_over_the_page_and_closes_beside_it(cast: Cast, enter: Enter) -> None:
    page = enter(cast.olivia.user, **PHONE).goto(LIST)
    navigation = page.get_by_role("navigation", name="Main")
    expect(navigation).to_be_hidden()
    page.get_by_role("button", name="Open navigation").tap()
    expect(navigation.get_by_role("link", name="Audit log")).to_be_visible()
    page.touchscreen.tap(WIDTH - 5, HEIGHT / 2)
    expect(navigation).to_be_hidden()


def test_menus_are_sheets_at_the_bottom_edge(cast: Cast, enter: Enter) -> None:
    factories.token(cast.olivia.actor, name="Sync")
    page = enter(cast.olivia.user, **PHONE).goto(LIST)
    for button, menu in [("Actions for Sync", ".menu:popover-open"), ("Your account", "#me-menu")]:
        page.get_by_role("button", name=button).tap()
        _assert_at_the_bottom(page.locator(menu))
        page.keyboard.press("Escape")


def test_the_menu_of_tenants_opens_from_the_navigation(cast: Cast, enter: Enter) -> None:
    factories.member(cast.olivia.user, cast.globex, "viewer")
    page = enter(cast.olivia.user, **PHONE).goto(LIST)
    page.get_by_role("button", name="Open navigation").tap()
    page.get_by_role("button", name="Acme acme").tap()
    page.get_by_role("link", name="Globex").tap()
    expect(page.get_by_role("heading", name="You have no API tokens yet")).to_be_visible()


def test_a_strip_shows_what_is_chosen_in_it(cast: Cast, enter: Enter) -> None:
    factories.token(cast.victor.actor)
    memberships.suspend(cast.victor.membership, by=cast.olivia.actor)  # one more status to choose
    olivia = enter(cast.olivia.user, **PHONE)
    strip = olivia.goto(LIST).get_by_role("group", name="Status")
    expect(strip.get_by_role("link", name="Ended")).not_to_be_in_viewport(ratio=1)
    olivia.goto(f"{LIST}?status=ended")
    expect(strip.get_by_role("link", name="Ended")).to_be_in_viewport(ratio=1)
    strip.get_by_role("link", name="All").tap()
    expect(strip.get_by_role("link", name="All")).to_have_attribute("aria-current", "true")
    expect(strip.get_by_role("link", name="All")).to_be_in_viewport(ratio=1)


def test_dialogs_stick_to_the_bottom_edge(cast: Cast, enter: Enter) -> None:
    factories.token(cast.marc.actor, name="Sync")
    marc = enter(cast.marc.user, **PHONE)
    marc.goto(LIST).get_by_role("button", name="Actions for Sync").tap()
    marc.page.get_by_role("link", name="Revoke…").tap()
    _assert_at_the_bottom(marc.dialog)


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_the_action_bar_never_covers_the_field_that_has_the_focus(key: str, cast: Cast, enter: Enter) -> None:
    page = enter(cast.olivia.user, **PHONE).goto(CREATE)
    page.locator("details").evaluate_all("groups => groups.forEach((group) => { group.open = true })")
    first, last = page.get_by_role("radio", name="Personal"), page.locator(".sticky-actions a")
    start, end = (first, last) if key == "Tab" else (last, first)
    start.focus()
    Keyboard(page).go_to(end, key)


def test_what_is_touched_is_as_high_as_a_thumb(cast: Cast, enter: Enter) -> None:
    token = factories.token(cast.olivia.actor, name="Sync").token
    unowned = factories.token(cast.adam.actor, kind=Kind.TENANT, name="Feed").token
    memberships.remove(cast.adam.membership, by=cast.olivia.actor)
    invite(cast.olivia.actor)
    olivia = enter(cast.olivia.user, **PHONE)
    details = (f"{LIST}{token.pk}/", f"{LIST}{unowned.pk}/")
    for path in (LIST, CREATE, *details, MEMBERS, ROLES, QUEUE, "/account/profile/", "/account/password/"):
        page = olivia.goto(path)
        touched = page.locator(".btn:visible, .input:visible, .textarea:visible, .select:visible")
        low = touched.evaluate_all(TOO_LOW, THUMB)
        assert not low, f"{path}: {low}"


def test_the_matrix_of_roles_scrolls_in_a_region_of_its_own(cast: Cast, enter: Enter) -> None:
    page = enter(cast.olivia.user, **PHONE).goto(ROLES)
    region = page.get_by_role("region", name="Table of what each role may do")
    assert not region.locator("th, td").evaluate_all(OVERFLOWING)
    name, right = region.get_by_role("rowheader", name="Assets"), region.get_by_role("columnheader", name="Viewer")
    left = name.evaluate("cell => cell.getBoundingClientRect().left")
    right.scroll_into_view_if_needed()
    expect(right).to_be_in_viewport(ratio=1)
    assert region.evaluate("region => region.scrollLeft") > 0
    assert name.evaluate("cell => cell.getBoundingClientRect().left") == left
    assert page.evaluate("document.scrollingElement.scrollWidth") == WIDTH


def test_the_sentence_above_the_sign_in_stands_over_its_form(visit: Visit) -> None:
    page = visit(**PHONE).goto(SIGN_IN)
    left = [
        page.locator(one).evaluate("one => one.getBoundingClientRect().left") for one in (".hero .big", ".panel h1")
    ]
    assert left[0] == left[1]


def _assert_at_the_bottom(sheet: Locator) -> None:
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert box
    assert HEIGHT - EDGE <= box["y"] + box["height"] <= HEIGHT, box
    assert box["width"] >= WIDTH - 2 * EDGE, box
