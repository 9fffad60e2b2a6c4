"""What is wrong with a create form is said in place, and nothing that was typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.visitor import CREATE, Visitor
from tests.cast import Cast
from tokens.models import Token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def olivia(cast: Cast, enter: Enter) -> Visitor:
    """On the form; she manages tokens, so she may choose the type."""
    visitor = enter(cast.olivia.user)
    visitor.goto(CREATE)
    return visitor


def test_errors_stay_in_place_and_nothing_typed_is_lost(olivia: Visitor) -> None:
    page = olivia.page
    olivia.watch.expects(422)
    page.get_by_role("radio", name="Tenant").check()
    page.get_by_label("Description").fill("Two lines\nof words")
    page.locator("summary", has_text="Allowed networks").click()
    page.get_by_label("Networks the token").fill("not a network")
    page.locator("summary", has_text="Metadata").click()
    page.get_by_label("Your own data, as JSON").fill("team=data")
    page.locator("#expires").get_by_role("radio", name="Custom").check()
    with page.expect_response(lambda answer: answer.url.endswith(CREATE)) as answered:
        olivia.submit()
    assert answered.value.status == 422

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("The token was not created. Fix 5 things:")
    expect(summary.get_by_role("link").first).to_have_text("Give the token a name.")
    expect(page.get_by_label("Token name")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Token name")).to_have_accessible_description(re.compile("Give the token a name"))
    expect(page.get_by_label("Description")).to_have_value("Two lines\nof words")
    expect(page.get_by_label("Networks the token")).to_have_value("not a network")
    metadata = page.get_by_label("Your own data, as JSON")
    expect(metadata).to_have_value("team=data")
    expect(metadata).to_be_visible()
    expect(metadata).to_have_accessible_description(re.compile("Metadata is not valid JSON: expecting value"))
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
