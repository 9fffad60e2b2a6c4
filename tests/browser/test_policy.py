"""A policy is tightened for a later day, and a role for now: what stops is seen first, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from audit import clock
from tests import factories
from tests.browser.conftest import Enter
from tests.browser.policy_pages import POLICY, ROLES
from tests.cast import Cast
from tokens import policy
from tokens.expiry import DAY
from tokens.kinds import Kind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_policy_and_a_role_are_changed_with_open_eyes(cast: Cast, enter: Enter, script: bool) -> None:
    factories.token(cast.marc.actor, name="Laptop")
    olivia = enter(cast.olivia.user, java_script_enabled=script)
    page = olivia.goto(POLICY)
    page.locator("#personal-allowed").uncheck()
    page.get_by_label("takes effect on").fill((clock.now() + 7 * DAY).date().isoformat())
    if script:
        expect(page.locator("#effect")).to_contain_text("1 token stops")
    page.get_by_role("button", name="Review the change").locator("visible=true").first.click()
    expect(page.get_by_role("link", name="Laptop")).to_be_visible()
    page.get_by_role("button", name="Save policy").click()
    expect(page.get_by_text("The policy changes on").first).to_be_visible()
    cast.acme.refresh_from_db()
    assert policy.rules_of(cast.acme).allows(Kind.PERSONAL)
    page.get_by_role("link", name="Withdraw the change…").click()
    page.get_by_role("button", name="Withdraw the change").click()
    expect(page.locator("#pending-heading")).to_have_count(0)

    page.goto(f"{olivia.origin}{ROLES}")
    page.get_by_role("link", name="Copy Viewer").click()
    page.get_by_label("Key").fill("reader")
    page.get_by_role("button", name="Create role").click()
    page.get_by_role("link", name="Edit Viewer, copy").click()
    page.get_by_label("Name").fill("Reader")
    page.get_by_role("button", name="Save role").click()
    page.get_by_role("link", name="Delete Reader").click()
    page.get_by_role("checkbox", name="Delete").check()
    page.get_by_role("button", name="Delete role").click()
    expect(page.get_by_text("The role Reader is deleted")).to_be_visible()
