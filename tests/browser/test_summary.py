"""The summary beside the create form: in words, what is about to be granted, while one types."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.visitor import CREATE, LIST, Visitor
from tests.cast import Cast
from tokens import policy
from tokens.kinds import Kind
from tokens.models import Token
from tokens.rules import KindRules, Rules

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def olivia(cast: Cast, enter: Enter) -> Visitor:
    """On the form; she manages tokens, so she may choose the type."""
    visitor = enter(cast.olivia.user)
    visitor.goto(CREATE)
    return visitor


def test_the_summary_follows_what_is_typed_and_picked(olivia: Visitor) -> None:
    page, slip = olivia.page, olivia.page.locator("#grant")
    expect(slip).to_contain_text("This token will act as Olivia Test and can do nothing yet.")

    page.get_by_label("Token name").press_sequentially("Feed")
    expect(slip).to_contain_text("Feed will act as Olivia Test")
    olivia.choose("Assets", "Write")
    expect(slip).to_contain_text("Read and change assets, including deleting them")
    page.get_by_role("radio", name="Tenant").check()
    expect(slip).to_contain_text("Feed will act for Acme")
    page.get_by_role("radio", name="7 days").check()
    week = datetime.now(UTC) + timedelta(days=7)
    expect(slip).to_contain_text(f"until {week:%-d %b %Y}")
    assert not Token.objects.exists()


def test_a_fresh_form_asks_for_nothing(olivia: Visitor) -> None:
    asked: list[str] = []
    olivia.page.on("request", lambda request: asked.append(request.url) if "summary" in request.url else None)
    olivia.goto(CREATE)
    olivia.page.wait_for_timeout(600)  # the summary waits for 300 ms
    assert not asked


def test_what_back_restores_is_counted_and_said(olivia: Visitor) -> None:
    page, slip = olivia.page, olivia.page.locator("#grant")
    olivia.choose("Assets", "Write")
    expect(slip).to_contain_text("Read and change assets")
    olivia.goto(LIST)
    page.go_back()
    expect(page.get_by_role("radiogroup", name="Assets").get_by_role("radio", name="Write")).to_be_checked()
    expect(page.locator("details:has(#s-assets) .count")).to_have_text(re.compile("^1 of"))
    expect(slip).to_contain_text("Read and change assets")


def test_typing_goes_on_while_the_summary_is_fetched(olivia: Visitor) -> None:
    name = olivia.page.get_by_label("Token name")
    name.press_sequentially("Nightly sync to the warehouse", delay=25)
    expect(olivia.page.locator("#grant")).to_contain_text("Nightly sync to the warehouse")
    expect(name).to_be_focused()
    expect(name).to_have_value("Nightly sync to the warehouse")


def test_what_is_typed_while_a_summary_is_on_its_way_is_not_forgotten(olivia: Visitor) -> None:
    page, held = olivia.page, olivia.hold("**/summary/")
    name = page.get_by_label("Token name")
    with page.expect_request("**/summary/"):
        name.press_sequentially("Feed")
    name.press_sequentially(" of prices")
    expect(page.locator("#grant")).to_have_css("opacity", "0.6")  # the old words stay until the new ones are there
    held[0].continue_()
    expect(page.locator("#grant")).to_contain_text("Feed of prices will act as")


def test_an_end_that_is_picked_while_the_type_is_on_its_way_stays_picked(olivia: Visitor) -> None:
    page, held = olivia.page, olivia.hold(f"**{CREATE}")
    with page.expect_request(f"**{CREATE}"):
        page.get_by_role("radio", name="Tenant").check()
    page.get_by_role("radio", name="7 days").check()
    with page.expect_response(f"**{CREATE}"):
        held[0].continue_()
    expect(page.locator("#grant")).to_contain_text("will act for Acme")
    expect(page.get_by_role("radio", name="7 days")).to_be_checked()


def test_one_that_the_new_type_does_not_allow_leaves_what_the_form_chose(cast: Cast, olivia: Visitor) -> None:
    kinds = {Kind.PERSONAL: KindRules(), Kind.SERVICE: KindRules(), Kind.TENANT: KindRules(max_days=90)}
    policy.plan(cast.acme, Rules(kinds), on=None, by=cast.olivia.actor)
    page, held = olivia.page, olivia.hold(f"**{CREATE}")
    with page.expect_request(f"**{CREATE}"):
        page.get_by_role("radio", name="Tenant").check()
    page.get_by_role("radio", name="1 year").check()
    with page.expect_response(f"**{CREATE}"):
        held[0].continue_()
    expect(page.get_by_role("radio", name="1 year")).to_be_disabled()
    expect(page.get_by_role("radio", name="90 days")).to_be_checked()


def test_what_is_picked_while_the_scopes_are_fetched_anew_stays_picked(olivia: Visitor) -> None:
    page, held = olivia.page, olivia.hold(f"**{CREATE}")
    with page.expect_request(f"**{CREATE}"):
        page.get_by_role("radio", name="Tenant").check()
    olivia.choose("Assets", "Write")
    olivia.choose("Libraries", "Read")
    with page.expect_response(f"**{CREATE}"):
        held[0].continue_()
    expect(page.locator("#grant")).to_contain_text("will act for Acme")
    expect(page.locator("#grant")).to_contain_text("Read and change assets")
    expect(page.get_by_text("2 of 5")).to_be_visible()
    for resource, level in (("Assets", "Write"), ("Libraries", "Read")):
        row = page.get_by_role("radiogroup", name=resource, exact=True)
        expect(row.get_by_role("radio", name=level)).to_be_checked()


def test_the_filter_of_scopes_stays_when_they_are_fetched_anew(olivia: Visitor) -> None:
    page = olivia.page
    page.get_by_label("Filter scopes").fill("inbox")
    expect(page.get_by_role("radiogroup", name="Assets", exact=True)).to_be_hidden()
    with page.expect_response(f"**{CREATE}"):
        page.get_by_role("button", name="Read only").click()
    expect(page.locator("#grant")).not_to_contain_text("can do nothing yet")
    expect(page.get_by_label("Filter scopes")).to_have_value("inbox")
    expect(page.get_by_role("radiogroup", name="Assets", exact=True)).to_be_hidden()


def test_a_create_waits_for_the_summary_before_it(olivia: Visitor) -> None:
    page, held = olivia.page, olivia.hold("**/summary/")
    with page.expect_request("**/summary/"):
        olivia.fill_in("Feed")
    olivia.submit()
    expect(page.get_by_role("button", name="Creating…")).to_be_visible()
    assert not Token.objects.exists()
    held[0].continue_()
    assert olivia.secret


def test_a_name_that_is_taken_is_pointed_out_while_typing(olivia: Visitor) -> None:
    olivia.create("Sync")
    olivia.goto(CREATE)
    olivia.page.get_by_label("Token name").fill("sync")
    expect(olivia.page.locator("#grant")).to_contain_text("already has a token called “sync”. Add where it runs.")
