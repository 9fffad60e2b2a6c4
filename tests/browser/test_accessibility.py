"""axe finds nothing on any page in any state, light or dark, wide or narrow; and nothing scrolls sideways."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize

from accounts.models import User
from tests.browser import axe
from tests.browser.account_pages import ACCOUNT_PAGES
from tests.browser.conftest import Enter, Visit
from tests.browser.member_pages import MEMBER_PAGES
from tests.browser.owner_pages import OWNER_PAGES
from tests.browser.platform_pages import PLATFORM_PAGES
from tests.browser.policy_pages import POLICY_PAGES
from tests.browser.resource_pages import RESOURCE_PAGES
from tests.browser.service_user_pages import SERVICE_USER_PAGES
from tests.browser.stage import Stage, Way
from tests.browser.token_pages import TOKEN_PAGES
from tests.browser.vendor_pages import VENDOR_PAGES
from tests.cast import Cast
from tests.examples import IN_CI

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

type Theme = Literal["light", "dark"]

PAGES = {
    **ACCOUNT_PAGES,
    **MEMBER_PAGES,
    **PLATFORM_PAGES,
    **SERVICE_USER_PAGES,
    **RESOURCE_PAGES,
    **POLICY_PAGES,
    **TOKEN_PAGES,
    **OWNER_PAGES,
    **VENDOR_PAGES,
}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
# Boxes wider than the window that no scrolling region of their own holds, for the message of a failure.
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((box) => box.getBoundingClientRect().right > innerWidth + 1)
  .map((box) => `${Math.round(box.getBoundingClientRect().right)} px: ${box.outerHTML.slice(0, 120)}`).slice(0, 8)"""


@pytest.fixture
def same_page() -> bool:
    """Nothing here asks where a page was before."""
    return True


@pytest.fixture
def stage(cast: Cast, petra: User, visit: Visit, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(cast, petra, visit, enter, monkeypatch)


@pytest.mark.parametrize("way", PAGES.values(), ids=PAGES)
def test_everybody_can_use(way: Way, stage: Stage) -> None:
    page = way(stage)
    axe.begin(page)
    found = [*_found_in(page, "light")]
    if IN_CI:  # elsewhere the phone's colours stand for both
        found += _found_in(page, "dark", axe.COLOURS)
    page.set_viewport_size(PHONE)
    found += [*_found_in(page, "dark"), *_sideways(page)]
    page.set_viewport_size(NARROWEST)
    found += _sideways(page)
    assert not found, "\n".join(found)


def _found_in(page: Page, theme: Theme, rules: axe.Rules = axe.RULES) -> Iterator[str]:
    page.emulate_media(color_scheme=theme)
    return (f"{theme}, {found}" for found in axe.found_in(page, rules))


def _sideways(page: Page) -> Iterator[str]:
    width, visible = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    if width > visible:
        yield "\n".join([f"{width} px wide on a screen of {visible}", *page.evaluate(TOO_WIDE)])
