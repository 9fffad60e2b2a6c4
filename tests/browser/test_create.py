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


def test_when_it_ends_follows_the_type(cast: Cast, enter: Enter) -> None:
    kinds = {Kind.PERSONAL: KindRules(max_days=30), Kind.SERVICE: KindRules(), Kind.TENANT: KindRules()}
    policy.plan(cast.acme, Rules(kinds), on=None, by=cast.olivia.actor)
    olivia = enter(cast.olivia.user)
    page = olivia.goto(CREATE)
    olivia.choose("Assets", "Read")
    types, ends = page.locator("#kind"), page.locator("#expires")
    expect(ends.get_by_role("radio", name="30 days")).to_be_checked()
    expect(ends.get_by_role("radio", name="1 year")).to_be_disabled()
    types.get_by_role("radio", name="Tenant").check()
    expect(ends.get_by_role("radio", name="90 days")).to_be_checked()
    expect(types.get_by_role("radio", name="Tenant")).to_be_focused()
    ends.get_by_role("radio", name="1 year").check()
    types.get_by_role("radio", name="Personal").check()
    expect(ends.get_by_role("radio", name="30 days")).to_be_checked()
    expect(ends).to_contain_text("1 year is too long for a personal token. 30 days is chosen instead.")
    expect(page.locator("#announcements")).to_contain_text("30 days is chosen instead.")
    expect(page.locator("#grant")).to_contain_text(f"until {datetime.now(UTC) + timedelta(days=30):%-d %b %Y}")


def test_the_end_follows_the_type_without_javascript(cast: Cast, enter: Enter) -> None:
    kinds = {Kind.PERSONAL: KindRules(max_days=30), Kind.SERVICE: KindRules(), Kind.TENANT: KindRules()}
    policy.plan(cast.acme, Rules(kinds), on=None, by=cast.olivia.actor)
    olivia = enter(cast.olivia.user, java_script_enabled=False)
    page = olivia.goto(CREATE)
    page.locator("#kind").get_by_role("radio", name="Tenant").check()
    page.get_by_role("button", name="Show what it can do").click()
    expect(page.locator("#expires").get_by_role("radio", name="90 days")).to_be_checked()
    expect(page.locator("#expires").get_by_role("radio", name="1 year")).to_be_enabled()


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
    page.locator("#expires").get_by_role("radio", name="Custom").check()
    day = (datetime.now(UTC) + timedelta(days=20)).date()
    page.get_by_label("End date").fill(day.isoformat())
    expect(page.locator("#grant")).to_contain_text(f"until {day:%-d %b %Y}")
    olivia.submit()
    assert olivia.secret
    ends = Token.objects.get().expires_at
    assert ends and ends.isoformat() == f"{day}T23:59:59+00:00"


def test_what_the_types_say_begins_at_one_height(olivia: Visitor) -> None:
    tops = olivia.page.locator("#kind small").evaluate_all("all => all.map((one) => one.getBoundingClientRect().top)")
    assert len(tops) == 3
    assert len(set(tops)) == 1


def test_two_clicks_on_create_make_one_token(olivia: Visitor) -> None:
    olivia.fill_in("Sync")
    olivia.page.locator("aside").get_by_role("button", name="Create token").dblclick()
    assert olivia.secret
    posts = [request for request in olivia.watch.requests if request.method == "POST" and request.url.endswith(CREATE)]
    assert (len(posts), Token.objects.count()) == (1, 1)


def test_one_like_another_starts_from_its_name_and_scopes(olivia: Visitor) -> None:
    olivia.create("Sync")
    olivia.goto(f"{CREATE}?like={Token.objects.get().pk}")
    expect(olivia.page.get_by_label("Token name")).to_have_value("Sync")
    expect(_level(olivia, "Assets", "Read")).to_be_checked()


def _level(visitor: Visitor, resource: str, level: str) -> Locator:
    row = visitor.page.get_by_role("radiogroup", name=resource, exact=True)
    return row.get_by_role("radio", name=level, exact=True)
