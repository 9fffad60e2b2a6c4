"""The create form with JavaScript: it says what it will grant, and keeps what was typed."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.visitor import CREATE, Visitor
from tests.cast import Cast
from tokens import policy
from tokens.expiry import HALF_YEAR_DAYS
from tokens.models import Token

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


def test_typing_goes_on_while_the_summary_is_fetched(olivia: Visitor) -> None:
    name = olivia.page.get_by_label("Token name")
    name.press_sequentially("Nightly sync to the warehouse", delay=25)
    expect(olivia.page.locator("#grant")).to_contain_text("Nightly sync to the warehouse")
    expect(name).to_be_focused()
    expect(name).to_have_value("Nightly sync to the warehouse")


def test_a_preset_adds_to_what_is_chosen_and_clear_takes_all_away(olivia: Visitor) -> None:
    page = olivia.page
    page.get_by_label("Token name").fill("Sync")
    olivia.choose("Assets", "Write")
    page.get_by_role("button", name="Basic, read").click()
    expect(_level(olivia, "Projects", "Read")).to_be_checked()
    expect(_level(olivia, "Assets", "Write")).to_be_checked()
    expect(page.get_by_role("button", name="Basic, read")).to_be_focused()
    expect(page.locator("#grant")).to_contain_text("projects")
    expect(page.locator("summary", has_text="Content")).to_contain_text(re.compile(r"4 of \d"))

    page.get_by_role("button", name="Clear").click()
    expect(_level(olivia, "Projects", "None")).to_be_checked()
    expect(page.locator("#grant")).to_contain_text("can do nothing yet")
    expect(page.get_by_label("Token name")).to_have_value("Sync")


def test_the_filter_box_finds_scopes_in_closed_groups(olivia: Visitor) -> None:
    page = olivia.page
    box = page.get_by_label("Filter scopes")
    box.fill("device")
    expect(page.locator(".scope mark").first).to_be_visible()
    expect(page.get_by_role("radiogroup", name="Device", exact=True)).to_be_visible()
    expect(page.get_by_role("radiogroup", name="Assets")).to_be_hidden()
    expect(page.locator("#announcements")).to_have_text(re.compile(r"^\d+ scopes?$"))
    box.press("Enter")
    assert not [request for request in olivia.watch.requests if request.method == "POST"]

    box.fill("no such scope")
    expect(page.locator("#announcements")).to_have_text("0 scopes")
    box.fill("")
    expect(page.get_by_role("radiogroup", name="Assets")).to_be_visible()
    expect(page.locator(".scope mark")).to_have_count(0)


def test_a_filtered_picker_keeps_and_sends_what_is_out_of_sight(olivia: Visitor) -> None:
    olivia.fill_in("Sync")
    olivia.page.get_by_label("Filter scopes").fill("webhooks")
    olivia.choose("Webhooks", "Read")
    olivia.submit()
    assert olivia.secret
    assert Token.objects.get().grants_text == "assets:read webhooks:read"


def test_what_the_policy_forbids_is_shown_with_the_reason(cast: Cast, enter: Enter) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, max_days=HALF_YEAR_DAYS)
    marc = enter(cast.marc.user)
    page = marc.goto(CREATE)
    expect(page.get_by_text("Acme allows at most 6 months")).to_be_visible()
    year = page.locator("label.choice", has_text="1 year")
    expect(year.get_by_role("radio")).to_be_disabled()
    expect(year).to_contain_text("Over the limit")
    expect(page.get_by_role("radio", name="6 months")).to_be_enabled()


def test_what_the_maker_may_not_do_cannot_be_chosen(cast: Cast, enter: Enter) -> None:
    victor = enter(cast.victor.user)
    victor.goto(CREATE)
    expect(_level(victor, "Assets", "Read")).to_be_enabled()
    expect(_level(victor, "Assets", "Write")).to_be_disabled()
    expect(victor.page.get_by_role("radio", name="Tenant")).to_have_count(0)
    victor.page.locator("summary", has_text="This portal").click()
    row = victor.page.locator(".scope", has=victor.page.get_by_text("ledger", exact=True))
    expect(row).to_contain_text("You have no access to this")


def test_a_date_of_ones_own_ends_the_token_on_that_day(olivia: Visitor) -> None:
    page = olivia.page
    olivia.fill_in("Trial")
    page.get_by_role("radio", name="Custom").check()
    day = (datetime.now(UTC) + timedelta(days=20)).date()
    page.get_by_label("End date").fill(day.isoformat())
    expect(page.locator("#grant")).to_contain_text(f"until {day:%-d %b %Y}")
    olivia.submit()
    assert olivia.secret
    ends = Token.objects.get().expires_at
    assert ends and ends.isoformat() == f"{day}T23:59:59+00:00"


def test_errors_stay_in_place_and_nothing_typed_is_lost(olivia: Visitor) -> None:
    page = olivia.page
    olivia.watch.expects(422)
    page.get_by_role("radio", name="Tenant").check()
    page.get_by_label("Description").fill("Two lines\nof words")
    page.locator("summary", has_text="Allowed networks").click()
    page.get_by_label("Networks the token").fill("not a network")
    page.get_by_role("radio", name="Custom").check()
    with page.expect_response(lambda answer: answer.url.endswith(CREATE)) as answered:
        olivia.submit()
    assert answered.value.status == 422

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("The token was not created. Fix 4 things:")
    expect(summary.get_by_role("link").first).to_have_text("Give the token a name.")
    expect(page.get_by_label("Token name")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Token name")).to_have_accessible_description(re.compile("Give the token a name"))
    expect(page.get_by_label("Description")).to_have_value("Two lines\nof words")
    expect(page.get_by_label("Networks the token")).to_have_value("not a network")
    expect(page.get_by_role("radio", name="Tenant")).to_be_checked()
    expect(page).to_have_title("Error: New API token · Token Portal")
    assert page.url.endswith(CREATE)


def test_each_line_of_the_summary_leads_to_its_field(olivia: Visitor) -> None:
    olivia.watch.expects(422)
    olivia.submit()
    lines = olivia.page.get_by_role("alert").get_by_role("link")
    expect(lines).to_have_count(2)
    lines.first.click()
    expect(olivia.page.get_by_label("Token name")).to_be_focused()
    lines.last.click()
    expect(olivia.page.locator("#scopes")).to_be_in_viewport()


def test_after_mending_the_errors_the_token_is_made(olivia: Visitor) -> None:
    olivia.watch.expects(422)
    olivia.page.get_by_label("Token name").fill("Sync")
    olivia.submit()
    expect(olivia.page.get_by_role("alert")).to_be_focused()
    olivia.choose("Assets", "Read")
    olivia.submit()
    assert olivia.secret.startswith("tpp_")
    assert Token.objects.get().name == "Sync"


def test_two_clicks_on_create_make_one_token(olivia: Visitor) -> None:
    olivia.fill_in("Sync")
    olivia.page.locator("aside").get_by_role("button", name="Create token").dblclick()
    assert olivia.secret
    posts = [request for request in olivia.watch.requests if request.method == "POST" and request.url.endswith(CREATE)]
    assert (len(posts), Token.objects.count()) == (1, 1)


def test_a_name_that_is_taken_is_pointed_out_while_typing(olivia: Visitor) -> None:
    olivia.create("Sync")
    olivia.goto(CREATE)
    olivia.page.get_by_label("Token name").fill("sync")
    expect(olivia.page.locator("#grant")).to_contain_text("already has a token called “sync”. Add where it runs.")


def test_one_like_another_starts_from_its_name_and_scopes(olivia: Visitor) -> None:
    olivia.create("Sync")
    olivia.goto(f"{CREATE}?like={Token.objects.get().pk}")
    expect(olivia.page.get_by_label("Token name")).to_have_value("Sync")
    expect(_level(olivia, "Assets", "Read")).to_be_checked()


def _level(visitor: Visitor, resource: str, level: str) -> Locator:
    row = visitor.page.get_by_role("radiogroup", name=resource, exact=True)
    return row.get_by_role("radio", name=level, exact=True)
