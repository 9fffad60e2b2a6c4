"""A customer comes and goes, and its first owner looks after an account: with JavaScript and without."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import Tenant, User
from tests.browser.conftest import Enter, Visit
from tests.browser.platform_pages import PROFILE, TENANTS
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "quite-another-long-password"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_tenant_from_its_mail_to_its_end(
    cast: Cast, petra: User, enter: Enter, visit: Visit, javascript: bool
) -> None:
    admin = enter(petra, java_script_enabled=javascript).goto(f"{TENANTS}new/")
    admin.get_by_label("Name", exact=True).fill("Umbrella")
    admin.get_by_label("Address").fill("umbrella")
    admin.get_by_label("Owner's email").fill("una@umbrella.test")
    admin.get_by_label("Owner's name").fill("Una Ueno")
    admin.get_by_role("button", name="Create tenant").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Umbrella")

    una = visit(java_script_enabled=javascript)
    _set_password(una.goto(_link("password/reset")))
    una.goto("/account/sign-in/")
    una.sign_in(User.objects.get(email="una@umbrella.test"), PASSWORD)
    una.page.wait_for_url("**/t/umbrella/**")
    _change_address(una.goto(f"{PROFILE}email/"))

    admin.get_by_role("link", name="Delete").click()
    admin.get_by_label("to confirm").fill("umbrella")
    admin.get_by_role("button", name="Delete tenant").click()
    expect(admin.get_by_text("Deleted", exact=True).first).to_be_visible()
    assert Tenant.objects.get(slug="umbrella").deleted_at
    una.watch.expects(404)
    una.goto("/t/umbrella/settings/developers/tokens/")
    expect(una.page.get_by_role("heading", level=1)).to_have_text("There is no such page or token")


def _set_password(page: Page) -> None:
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password, again").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    page.wait_for_url("**/done/")


def _change_address(page: Page) -> None:
    page.get_by_label("New email").fill("una@elsewhere.test")
    page.get_by_role("button", name="Send link").click()
    expect(page.get_by_text("Waiting until")).to_be_visible()
    page.goto(_link("email"))
    page.get_by_role("button", name="Use this address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your email was changed")
    assert User.objects.get(email="una@elsewhere.test").name == "Una Ueno"


def _link(part: str) -> str:
    """The path in the newest mail that has one."""
    found = [path for one in mail.outbox for path in re.findall(rf"http://[^/]+(/account/{part}/\S+)", str(one.body))]
    return str(found[-1])
