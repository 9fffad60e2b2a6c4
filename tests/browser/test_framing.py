"""The portal in a frame of the vendor's product: only where an operator listed its origin."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_hand_over import umbrella
from tests.browser.vendor import Vendor

__all__ = ["umbrella"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _frame(umbrella: Vendor, visit: Visit) -> Any:
    visitor = visit()
    visitor.watch.welcomes(umbrella.origin)
    visitor.page.goto(f"{umbrella.origin}/framing")
    expect(visitor.page.get_by_role("heading", name="Umbrella")).to_be_visible()
    return visitor


def test_a_listed_origin_may_frame_it(umbrella: Vendor, visit: Visit, settings: Any) -> None:
    settings.SECURE_CSP = {**settings.SECURE_CSP, "frame-ancestors": [umbrella.origin]}
    inside = _frame(umbrella, visit).page.frame_locator("iframe")
    expect(inside.get_by_role("button", name="Sign in")).to_be_visible()


def test_no_other_may(umbrella: Vendor, visit: Visit) -> None:
    visitor = _frame(umbrella, visit)
    expect(visitor.page.frame_locator("iframe").get_by_role("button", name="Sign in")).to_have_count(0)
    assert [one for one in visitor.watch.complaints if "frame-ancestors" in one]
    visitor.watch.complaints.clear()
