"""The page "Protect your API", with and without script, on a desk and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import Enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GUIDE = "/platform/guide/"
PHONE = {"width": 360, "height": 740}
FILES = {
    "nginx": "auth_request",
    "Caddy": "forward_auth",
    "Traefik": "forwardAuth:",
    "Django, WSGI": "class TokenGuard",
}


def choose_each(page: Page) -> None:
    for label, holds in FILES.items():
        page.get_by_role("radiogroup").get_by_text(label, exact=True).click()
        expect(page.locator(".snippets .code:visible")).to_have_count(1)
        expect(page.locator(".snippets .code:visible")).to_contain_text(holds)


@pytest.mark.parametrize("script", [True, False])
def test_each_file_is_one_click_away(petra: User, enter: Enter, script: bool) -> None:
    page = enter(petra, java_script_enabled=script).goto(GUIDE)
    expect(page.get_by_role("link", name="Protect your API")).to_have_attribute("aria-current", "page")
    choose_each(page)


def test_a_file_is_copied_whole(petra: User, enter: Enter) -> None:
    visitor = enter(petra, permissions=["clipboard-write"])
    page = visitor.goto(GUIDE)
    page.get_by_role("radiogroup").get_by_text("Caddy", exact=True).click()
    page.locator(".code", has=page.locator("#code-caddy")).get_by_role("button", name="Copy").click()
    expect(page.locator("#toasts")).to_contain_text("Copied")
    other = page.context.new_page()  # no page of the portal may read the clipboard
    other.set_content("<textarea autofocus></textarea>")
    other.locator("textarea").press("Control+V")
    assert other.locator("textarea").input_value() == page.locator("#code-caddy").text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_axe_finds_nothing(petra: User, enter: Enter, scheme: str) -> None:
    page = enter(petra, viewport=PHONE, color_scheme=scheme).goto(GUIDE)
    choose_each(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    found = Axe().run(page, options={"preload": False})  # else it would load stylesheets in a way that ours forbid
    assert found.violations_count == 0, found.generate_report()
