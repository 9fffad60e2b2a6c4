"""The list with JavaScript: filters act as one types, and the address always says what is shown."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import factories
from tests.browser.conftest import Enter
from tests.browser.visitor import LIST, Visitor
from tests.cast import Cast
from tests.tokens.offering import offer
from tokens import lifecycle, listing
from tokens.kinds import Kind

HTMX = "**/htmx*.js"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def adam(cast: Cast, enter: Enter) -> Visitor:
    """Over five tokens of Acme: two of the tenant, two of people, one that has ended."""
    week = timedelta(days=7)
    factories.token(cast.adam.actor, "assets:write", kind=Kind.TENANT, name="Asset sync")
    factories.token(cast.adam.actor, "webhooks:read", kind=Kind.TENANT, name="Webhook relay", lives=week)
    factories.token(cast.marc.actor, "projects:read", name="Marc's laptop")
    factories.token(cast.adam.actor, "assets:read", name="Report")
    ended = factories.token(cast.olivia.actor, name="Old report")
    lifecycle.revoke(ended.token, by=cast.olivia.actor)
    visitor = enter(cast.adam.user)
    visitor.goto(LIST)
    return visitor


def test_the_list_follows_the_search_box_and_the_address_follows_the_list(adam: Visitor) -> None:
    page = adam.page
    _expect_names(page, ["Webhook relay", "Asset sync", "Marc's laptop", "Report", "Old report"])
    page.get_by_label("Search tokens").press_sequentially("report", delay=20)
    _expect_names(page, ["Report", "Old report"])
    expect(page).to_have_url(re.compile(r"\?(.*&)?q=report(&|$)"))
    expect(_segment(page, "All")).to_contain_text("2")
    expect(_segment(page, "Ended")).to_contain_text("1")
    expect(page.locator("#announcements")).to_have_text("2 tokens")
    expect(page.get_by_label("Search tokens")).to_be_focused()

    page.reload()
    _expect_names(page, ["Report", "Old report"])
    expect(page.get_by_label("Search tokens")).to_have_value("report")


def test_nothing_jumps_when_a_search_leaves_fewer_states_to_choose_from(adam: Visitor, cast: Cast) -> None:
    offer(cast)
    page = adam.goto(LIST)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(_segment(page, "Pending")).to_be_visible()
    before = page.locator("#token-rows").bounding_box()
    page.get_by_label("Search tokens").press_sequentially("report", delay=20)
    _expect_names(page, ["Report", "Old report"])
    expect(_segment(page, "Pending")).to_have_count(0)
    after = page.locator("#token-rows").bounding_box()
    assert before and after
    assert before["y"] == after["y"]


def test_filters_narrow_each_other(adam: Visitor) -> None:
    page = adam.page
    page.get_by_label("Type", exact=True).select_option("Tenant")
    _expect_names(page, ["Webhook relay", "Asset sync"])
    page.get_by_label("Scope", exact=True).select_option("Assets")
    _expect_names(page, ["Asset sync"])
    page.get_by_label("Type", exact=True).select_option("Any type")
    page.get_by_role("button", name="Subject: Any subject").click()
    adam.dialog.get_by_role("link", name="Me", exact=False).first.click()
    _expect_names(page, ["Report"])
    assert "subject=me" in page.url and "scope=assets" in page.url


def test_a_subject_is_searched_for_and_chosen_by_keyboard_alone(adam: Visitor) -> None:
    page = adam.page
    page.get_by_label("Search tokens").fill("laptop")
    _expect_names(page, ["Marc's laptop"])
    page.get_by_role("button", name="Subject: Any subject").press("Enter")
    expect(adam.dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("marc@", delay=20)
    expect(adam.dialog.get_by_role("link")).to_have_text([re.compile("Marc Test"), "Cancel"])
    expect(page.locator("#announcements")).to_have_text("1 found")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Subject: Marc Test")).to_be_visible()
    _expect_names(page, ["Marc's laptop"])
    assert "q=laptop" in page.url


def test_what_is_filtered_is_what_is_to_be_revoked(adam: Visitor) -> None:
    page = adam.page
    page.get_by_label("Type", exact=True).select_option("Tenant")
    _expect_names(page, ["Webhook relay", "Asset sync"])
    page.get_by_role("link", name="Revoke several").click()
    expect(page.get_by_label("What was chosen")).to_have_text(re.compile(r"^\s*Type\s*Tenant\s*$"))
    page.get_by_label("Issued before").fill("2999-01-01")
    page.get_by_role("button", name="Subject: Any subject").click()
    adam.dialog.get_by_role("link", name="Acme Tenant tokens").click()
    expect(page.get_by_label("What was chosen")).to_contain_text("1 Jan 2999, 00:00 UTC")
    page.get_by_label("Name, subject or ID").fill("sync")
    page.get_by_label("Name, subject or ID").press("Enter")  # shows these, and asks nobody for a subject
    expect(page.get_by_label("What was chosen")).to_contain_text("“sync”")
    page.get_by_label("Type 1 to confirm").fill("1")
    page.get_by_role("button", name="Revoke 1 token").click()
    expect(page.locator("#toasts")).to_contain_text("1 token revoked")


def test_who_gives_up_choosing_is_back_at_the_button(adam: Visitor) -> None:
    page = adam.page
    button = page.get_by_role("button", name="Subject: Any subject")
    button.click()
    adam.dialog.get_by_role("searchbox").press_sequentially("marc", delay=20)
    expect(adam.dialog.get_by_role("link", name="Marc Test")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")  # the first one empties the search box
    expect(adam.dialog).to_be_hidden()
    expect(button).to_be_focused()
    assert page.url.endswith(LIST)


def test_status_segments_count_and_filter(adam: Visitor) -> None:
    page = adam.page
    expect(_segment(page, "Active")).to_contain_text("4")
    _segment(page, "Expiring").click()
    _expect_names(page, ["Webhook relay"])
    expect(_segment(page, "Expiring")).to_have_attribute("aria-current", "true")
    page.get_by_label("Search tokens").fill("asset")
    expect(page.get_by_role("heading", name="No token matches “asset”")).to_be_visible()
    _segment(page, "All").click()
    _expect_names(page, ["Asset sync"])


def test_the_order_is_a_link_in_the_head_of_a_column(adam: Visitor) -> None:
    page = adam.page
    page.get_by_role("link", name="Name", exact=True).click()
    _expect_names(page, ["Asset sync", "Marc's laptop", "Old report", "Report", "Webhook relay"])
    head = page.get_by_role("columnheader", name="Name")
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    page.get_by_label("Search tokens").fill("report")
    _expect_names(page, ["Report", "Old report"])  # still in that order


def test_back_undoes_a_filter(adam: Visitor) -> None:
    page = adam.page
    page.get_by_label("Type", exact=True).select_option("Personal")
    _expect_names(page, ["Marc's laptop", "Report", "Old report"])
    page.go_back()
    _expect_names(page, ["Webhook relay", "Asset sync", "Marc's laptop", "Report", "Old report"])
    expect(page.get_by_label("Type", exact=True)).to_have_value("")
    page.go_forward()
    _expect_names(page, ["Marc's laptop", "Report", "Old report"])
    expect(page.get_by_label("Type", exact=True)).to_have_value("personal")
    page.get_by_role("button", name="Actions for Report", exact=True).click()
    page.get_by_role("link", name="Revoke…").click()
    expect(adam.dialog).to_be_visible()  # and everything works as before


def test_many_tokens_come_in_pages(adam: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "TOKENS_PER_PAGE", 2)
    page = adam.goto(f"{LIST}?sort=name")
    expect(page.get_by_text("5 tokens")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    _expect_names(page, ["Old report", "Report"])
    page.get_by_role("link", name="Next").click()
    _expect_names(page, ["Webhook relay"])
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_role("link", name="Previous").click()
    _expect_names(page, ["Old report", "Report"])


def test_a_search_on_a_later_page_starts_at_the_first(adam: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "TOKENS_PER_PAGE", 2)
    page = adam.goto(f"{LIST}?sort=name")
    page.get_by_role("link", name="Next").click()
    page.get_by_label("Search tokens").fill("sync")
    _expect_names(page, ["Asset sync"])
    assert "cursor" not in page.url


def test_the_menu_closes_with_escape_and_gives_the_focus_back(adam: Visitor) -> None:
    page = adam.page
    button = page.get_by_role("button", name="Actions for Report", exact=True)
    button.click()
    expect(page.get_by_role("link", name="Revoke…")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Revoke…")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_dialog_that_is_given_up_gives_the_focus_back_to_the_menu_button(adam: Visitor) -> None:
    page = adam.page
    button = page.get_by_role("button", name="Actions for Report", exact=True)
    for leave in ("Escape", "Keep token"):
        button.click()
        page.get_by_role("link", name="Revoke…").click()
        expect(adam.dialog).to_be_visible()
        if leave == "Escape":
            page.keyboard.press("Escape")
        else:
            adam.dialog.get_by_role("link", name=leave).click()
        expect(adam.dialog).to_be_hidden()
        expect(button).to_be_focused()


def test_a_wrong_id_keeps_the_dialog_and_revokes_nothing(adam: Visitor) -> None:
    page = adam.page
    adam.watch.expects(422)
    page.get_by_role("button", name="Actions for Report", exact=True).click()
    page.get_by_role("link", name="Revoke…").click()
    confirm = adam.dialog.get_by_label("Type the token ID")
    adam.dialog.get_by_label("Reason").fill("Moved")
    confirm.evaluate("box => { box.required = false; box.removeAttribute('pattern') }")  # the server checks again
    adam.dialog.get_by_role("button", name="Revoke token").click()
    expect(adam.dialog).to_contain_text("Nothing was revoked.")
    expect(confirm).to_be_focused()
    expect(adam.dialog.get_by_label("Reason")).to_have_value("Moved")


def test_what_is_typed_before_the_page_is_ready_is_searched_for_when_it_is(adam: Visitor) -> None:
    page, held = adam.page, adam.hold(HTMX)
    with page.expect_request(HTMX):
        page.goto(LIST, wait_until="commit")
    page.get_by_label("Search tokens").fill("asset")
    held[0].continue_()
    _expect_names(page, ["Asset sync"])


def _segment(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name="Status").get_by_role("link", name=re.compile(f"^{name}"))


def _expect_names(page: Page, names: list[str]) -> None:
    expect(page.get_by_role("rowheader").locator("a.name")).to_have_text(names)
