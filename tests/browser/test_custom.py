"""Custom permissions in a browser: built row by row, with JavaScript and without, by keyboard and ear."""

import pytest
from playwright.sync_api import Page, expect

from accounts import resources
from accounts.grants import Grants
from accounts.resources import Said
from tests.browser.conftest import Enter
from tests.browser.visitor import CREATE, Visitor
from tests.cast import Cast
from tokens.models import Token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def registered(cast: Cast) -> None:
    groups = [Said("group", "eu-1", "Berlin lab"), Said("group", "eu-2", "Paris lab")]
    devices = [Said("device", f"gw-{number:03}", f"Gateway {number}") for number in range(30)]
    resources.put_many([*groups, *devices], by=cast.olivia.actor)


def test_permissions_are_built_row_by_row(cast: Cast, enter: Enter) -> None:
    olivia = enter(cast.olivia.user)
    page = _begin(olivia)
    add, rows = page.get_by_role("button", name="Add", exact=True), page.locator("#permission-rows tbody tr")
    page.get_by_label("Action type").select_option("devices")
    _choose(olivia, "group=eu-1", "write")
    add.click()
    expect(rows).to_have_count(1)
    expect(add).to_be_focused()
    expect(page.locator("#announcements")).to_contain_text("Added: View and manage devices")
    expect(page.locator("#grant")).to_contain_text("devices in device group eu-1 (Berlin lab)")

    page.get_by_label("Find a target").fill("gw-02")
    expect(page.locator("#target")).to_contain_text("Gateway 29")
    expect(page.get_by_label("Find a target")).to_be_focused()
    page.keyboard.press("Enter")
    _choose(olivia, "device=gw-029", "restart")
    add.click()
    expect(rows).to_have_count(2)
    _choose(olivia, "group=eu-1", "read")
    olivia.watch.expects(422)
    add.click()
    expect(page.locator("#announcements")).to_contain_text("already covered")
    page.get_by_role("button", name="Remove: Device, Device group: eu-1 (Berlin lab), Manage").click()
    expect(rows).to_have_count(1)
    expect(page.get_by_role("button", name="Remove: Device, Device: gw-029 (Gateway 29), Restart")).to_be_focused()

    page.locator("#kind").get_by_role("radio", name="Tenant").check()
    expect(page.locator("#permissions")).to_be_hidden()
    expect(page.locator("#scopes")).to_be_visible()
    page.locator("#kind").get_by_role("radio", name="Custom").check()
    olivia.submit()
    assert olivia.secret
    assert Token.objects.get().grants == Grants.parse("devices:restart@device=gw-029")


def test_the_same_without_javascript(cast: Cast, enter: Enter) -> None:
    olivia = enter(cast.olivia.user, java_script_enabled=False)
    page = _begin(olivia)
    page.get_by_label("Action type").select_option("updates")
    page.get_by_role("button", name="Show its lists").click()
    page.get_by_label("Find a target").fill("paris")
    page.get_by_label("Find a target").press("Enter")
    expect(page.locator("#target-hint")).to_contain_text("These match “paris”")
    _choose(olivia, "group=eu-2", "run")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".said")).to_contain_text("Added: Deploy updates in device group eu-2 (Paris lab)")
    expect(page.get_by_label("Token name")).to_have_value("Roll-out")
    _choose(olivia, "all", "read")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Remove: Update, All updates in Acme, View").click()
    assert not Token.objects.exists()
    olivia.submit()
    assert olivia.secret
    assert Token.objects.get().grants == Grants.parse("updates:run@group=eu-2")


def _begin(visitor: Visitor) -> Page:
    page = visitor.goto(CREATE)
    page.locator("#kind").get_by_role("radio", name="Custom").check()
    expect(page.locator("#scopes")).to_be_hidden()
    page.get_by_label("Token name").fill("Roll-out")
    return page


def _choose(visitor: Visitor, target: str, right: str) -> None:
    visitor.page.get_by_label("Target entity").select_option(target)
    visitor.page.get_by_label("Permission type").select_option(right)
