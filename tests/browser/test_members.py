"""Somebody is asked in, joins in a browser of their own, and gets another role; with and without JavaScript."""

import re
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import Membership
from tests.accounts.invited import MEMBERS, NEWCOMER, NORA
from tests.browser.conftest import Enter, Visit
from tests.browser.visitor import LIST
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_somebody_is_invited_joins_and_gets_another_role(
    cast: Cast, enter: Enter, visit: Visit, base_url: str, settings: Any, script: bool
) -> None:
    settings.PUBLIC_ORIGIN = base_url
    olivia = enter(cast.olivia.user, java_script_enabled=script)
    page = olivia.goto(LIST)
    page.get_by_role("link", name="Members").click()
    _invite(page)
    [address] = re.findall(r"http://\S+/invitations/\S+", str(mail.outbox[0].body))

    nora = visit(java_script_enabled=script)
    nora.page.goto(address)
    expect(nora.page.get_by_role("heading", level=1)).to_have_text(f"Continue to Acme as {NORA}")
    nora.page.get_by_label("Your name").fill(NEWCOMER["name"])
    nora.page.get_by_label("New password").fill(NEWCOMER["password"])
    nora.page.get_by_role("button", name="Join Acme").click()
    nora.page.wait_for_url(f"**{LIST}")
    expect(nora.page.get_by_role("link", name="Members")).to_have_count(0)

    page.goto(MEMBERS)
    expect(page.get_by_text("Nobody is invited just now.")).to_be_visible()
    page.get_by_role("button", name="Actions for Nora Test").click()
    page.get_by_role("link", name="Change role…").locator("visible=true").click()
    expect(page.get_by_role("radio").first).to_be_checked()
    if script:
        expect(page.get_by_role("radio", name="(now)")).to_be_focused()
    expect(page.locator(".when-chosen").locator("visible=true")).to_have_count(0)
    page.get_by_role("radio", name="Admin").check()
    expect(page.locator(".choice:has(:checked) > .when-chosen").first).to_be_visible()
    expect(page.locator(".choice:not(:has(:checked)) > .when-chosen").locator("visible=true")).to_have_count(0)
    page.get_by_role("button", name="Change role").click()
    expect(page.locator("#toasts")).to_contain_text("Nora Test is Admin now")
    assert Membership.objects.get(user__email=NORA).role.key == "admin"
    nora.page.reload()
    nora.page.get_by_role("link", name="Members").click()
    expect(nora.page.get_by_role("heading", level=1)).to_have_text("Members")


def test_the_list_is_searched_while_typing(cast: Cast, enter: Enter) -> None:
    olivia = enter(cast.olivia.user)
    page = olivia.goto(MEMBERS)
    page.get_by_label("Search members").fill("marc")
    expect(page.locator("#member-rows").get_by_role("rowheader")).to_have_count(1)
    page.wait_for_url("**?q=marc*")
    expect(page.locator("#announcements")).to_have_text("1 member")


def _invite(page: Page) -> None:
    page.get_by_role("link", name="Invite people").click()
    page.get_by_label("Email").fill(NORA)
    page.get_by_role("radio", name="Developer").check()
    page.get_by_role("button", name="Send invitation").click()
    expect(page.locator("#toasts")).to_contain_text(f"Invitation sent to {NORA}")
    expect(page.get_by_role("rowheader").filter(has_text=NORA)).to_be_visible()
