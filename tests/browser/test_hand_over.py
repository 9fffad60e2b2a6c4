"""From the vendor's product to the portal and back, without a second sign-in; with and without JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import HandOver
from tests.api.managing import backend
from tests.browser import machine, vendor
from tests.browser.conftest import Enter, Visit
from tests.browser.session import make_sign_in_old
from tests.browser.vendor import Vendor
from tests.browser.visitor import LIST, Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def umbrella(cast: Cast, base_url: str, settings: Any) -> Iterator[Vendor]:
    by = backend()
    by.bring_max()
    settings.PUBLIC_ORIGIN = base_url
    with vendor.running(base_url, by.headers) as made:
        settings.RETURN_ORIGINS = (made.origin,)
        yield made


def go_over(visitor: Visitor, umbrella: Vendor) -> None:
    visitor.watch.welcomes(umbrella.origin)
    visitor.page.goto(umbrella.origin)
    visitor.page.get_by_role("link", name="API tokens").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_visitor_goes_over_makes_a_token_and_comes_back(umbrella: Vendor, visit: Visit, script: bool) -> None:
    max_ = visit(java_script_enabled=script)
    go_over(max_, umbrella)
    page = max_.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Continue to Umbrella as Max Test")
    address = page.url
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/t/umbrella/settings/developers/tokens/")
    assert max_.page.context.cookies()
    page.get_by_role("link", name="Create token").click()
    max_.fill_in("Sync")
    max_.submit()
    field = page.get_by_label("Secret", exact=True)
    expect(field).to_be_visible()
    assert machine.call(max_.origin, field.input_value())[1]["tenant"]["slug"] == "umbrella"
    max_.goto("/t/umbrella/settings/developers/tokens/")
    page.get_by_role("link", name=f"Back to {umbrella.origin.removeprefix('http://')}").click()
    expect(page.get_by_role("heading", name="Umbrella")).to_be_visible()
    assert page.url == f"{umbrella.origin}/back"
    assert set(umbrella.referrers[2:]) == {""}  # nothing of the portal's addresses comes along
    max_.watch.expects(410)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")


def test_somebody_else_who_is_signed_in_is_told_and_signed_out(cast: Cast, umbrella: Vendor, enter: Enter) -> None:
    olivia = enter(cast.olivia.user)
    olivia.goto(LIST)
    go_over(olivia, umbrella)
    expect(olivia.page.get_by_text("Olivia Test is signed in here.")).to_be_visible()
    olivia.page.get_by_role("link", name="Stay Olivia Test").click()
    expect(olivia.page.get_by_role("button", name="Olivia Test")).to_be_visible()
    assert HandOver.objects.get().used_at is None
    go_over(olivia, umbrella)
    olivia.page.get_by_role("button", name="Sign out Olivia Test and continue").click()
    expect(olivia.page.get_by_role("button", name="Max Test")).to_be_visible()
    olivia.watch.expects(404)
    olivia.goto(LIST)
    expect(olivia.page.get_by_role("heading", level=1)).to_have_text("There is no such page or token")


def test_ten_minutes_later_the_form_sends_people_back_and_they_come_again(umbrella: Vendor, visit: Visit) -> None:
    max_ = visit(viewport=PHONE)
    go_over(max_, umbrella)
    page = max_.page
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/developers/tokens/")
    make_sign_in_old(page.context)
    max_.goto("/t/umbrella/settings/developers/tokens/new/")
    page.get_by_role("link", name="Go back to").click()
    expect(page.get_by_role("heading", name="Umbrella")).to_be_visible()
    go_over(max_, umbrella)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/developers/tokens/")
    max_.goto("/t/umbrella/settings/developers/tokens/new/")
    expect(page.get_by_text("You came here a while ago")).to_have_count(0)
