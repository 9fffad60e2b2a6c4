"""The same morning with JavaScript off: every step is a page of its own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from audit.actions import Action
from tests.browser import machine
from tests.browser.conftest import Enter, Visit
from tests.browser.visitor import CREATE, LIST, Visitor
from tests.cast import Cast
from tokens import usage
from tokens.models import Token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOLD = [
    Action.TOKEN_REVOKED,
    Action.TOKEN_NARROWED,
    Action.TOKEN_EDITED,
    Action.TOKEN_REVEALED,
    Action.TOKEN_ISSUED,
    Action.SIGNED_IN,
]


@pytest.fixture
def adam(cast: Cast, enter: Enter) -> Visitor:
    return enter(cast.adam.user, java_script_enabled=False)


def test_a_token_lives_its_whole_life_on_plain_pages(cast: Cast, visit: Visit) -> None:
    adam = visit(java_script_enabled=False)
    adam.goto("/settings/developers/")
    adam.sign_in(cast.adam.user)
    adam.page.get_by_role("link", name="Create token").click()
    adam.fill_in("Nightly sync", level="Write")
    adam.page.get_by_role("button", name="Basic, read").click()
    adam.submit()
    secret = _store(adam)
    assert machine.call(adam.origin, secret)[0] == 200
    usage.flush()

    token = Token.objects.get()
    _change(adam.page)
    _revoke_from_the_list(adam.page, token)
    assert machine.call(adam.origin, secret)[0] == 401

    adam.page.get_by_role("link", name="Audit log", exact=True).click()
    told = adam.page.get_by_role("cell").filter(has=adam.page.locator("code"))
    expect(told).to_contain_text([action.value for action in TOLD])
    adam.page.get_by_role("button", name="Adam Test").click()
    adam.page.get_by_role("button", name="Sign out").click()
    expect(adam.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not [one for one in adam.watch.requests if "hx-request" in one.headers]


def test_a_preset_answers_with_the_whole_page_and_keeps_what_was_typed(adam: Visitor) -> None:
    page = adam.goto(CREATE)
    page.get_by_label("Token name").fill("Sync")
    page.get_by_role("radio", name="Tenant").check()
    page.get_by_role("button", name="Basic, read").click()
    expect(page.get_by_label("Token name")).to_have_value("Sync")
    expect(page.get_by_role("radio", name="Tenant")).to_be_checked()
    expect(page.locator("#grant")).to_contain_text("Sync will act for Acme")
    expect(page.get_by_label("Filter scopes")).to_be_hidden()  # it would do nothing
    assert not Token.objects.exists()


def test_enter_in_the_name_creates_and_does_not_press_a_preset(adam: Visitor) -> None:
    page = adam.goto(CREATE)
    adam.fill_in("Sync")
    page.get_by_label("Token name").press("Enter")
    assert adam.secret
    assert Token.objects.get().grants_text == "assets:read"


def test_errors_answer_with_the_whole_page_and_keep_what_was_typed(adam: Visitor) -> None:
    adam.watch.expects(422)
    page = adam.goto(CREATE)
    page.get_by_label("Description").fill("Two lines\nof words")
    adam.choose("Assets", "Read")
    adam.submit()
    expect(page).to_have_title("Error: New API token · Token Portal")
    expect(page.get_by_role("alert")).to_contain_text("Fix 1 thing:")
    expect(page.get_by_label("Description")).to_have_value("Two lines\nof words")
    page.get_by_label("Token name").fill("Sync")
    adam.submit()
    assert adam.secret


def test_a_reload_of_the_secret_says_that_it_was_shown(adam: Visitor) -> None:
    secret = adam.create("Sync")
    adam.page.reload()  # sends the same form again
    expect(adam.page.get_by_role("heading", level=1)).to_contain_text("cannot be shown again")
    assert secret not in adam.page.content()
    assert Token.objects.count() == 1


def test_back_and_forward_never_bring_the_secret_back(adam: Visitor) -> None:
    secret = _created(adam)
    page = adam.page
    for move in (page.go_back, page.go_back, page.go_forward, page.go_forward):
        _try(move)
        expect(page.locator("html")).not_to_contain_text(secret)
    again = page.context.new_page()
    again.goto(CREATE)
    expect(again.get_by_label("Token name")).to_have_value("")
    assert Token.objects.count() == 1


def test_filters_and_order_are_links_and_a_form(adam: Visitor) -> None:
    for name in ("Alpha", "Beta"):
        _created(adam, name)
    page = adam.goto(LIST)
    page.get_by_label("Search tokens").fill("beta")
    page.get_by_label("Search tokens").press("Enter")
    expect(page.get_by_role("rowheader")).to_have_text(re.compile("Beta"))
    page.get_by_role("link", name=re.compile("^Ended")).click()
    expect(page.get_by_role("heading", name="No token matches “beta”")).to_be_visible()
    page.get_by_role("link", name="Show all tokens").click()
    page.get_by_role("link", name="Name").click()
    expect(page.get_by_role("rowheader")).to_contain_text(["Alpha", "Beta"])
    page.get_by_role("link", name="Name").click()
    expect(page.get_by_role("rowheader")).to_contain_text(["Beta", "Alpha"])


def test_a_subject_is_searched_for_on_a_page_of_its_own(adam: Visitor) -> None:
    _created(adam, "Alpha")
    page = adam.goto(f"{LIST}?status=active")
    page.get_by_role("button", name="Subject: Any subject").click()
    page.get_by_role("searchbox").fill("adam@")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Adam Test").click()
    expect(page.get_by_role("button", name="Subject: Adam Test")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_text(re.compile("Alpha"))
    assert "status=active" in page.url


def _created(adam: Visitor, name: str = "Sync") -> str:
    adam.create(name)
    return _store(adam)


def _store(adam: Visitor) -> str:
    secret = adam.secret
    adam.page.get_by_role("button", name="Done").click()
    expect(adam.page.get_by_role("heading", level=1)).to_have_text("Store this token now")  # not without the tick
    adam.page.get_by_label("I have stored the secret").check()
    adam.page.get_by_role("button", name="Done").click()
    expect(adam.page.get_by_role("heading", level=1)).not_to_have_text("Store this token now")
    return secret


def _change(page: Page) -> None:
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Token name").fill("Nightly asset sync")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Token renamed")
    page.get_by_role("link", name="Narrow").click()
    page.get_by_role("radiogroup", name="Metadata").get_by_text("None").click()
    page.get_by_role("button", name="Keep only these scopes").click()
    expect(page.locator("#toasts")).to_contain_text("Scopes narrowed")


def _revoke_from_the_list(page: Page, token: Token) -> None:
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="API tokens").click()
    page.get_by_role("button", name="Actions for Nightly asset sync").click()
    page.get_by_role("link", name="Revoke…").click()
    page.get_by_label("Type the token ID").fill(token.short_id)
    page.get_by_role("button", name="Revoke token").click()
    expect(page.locator("#toasts")).to_contain_text("Token revoked")


def _try(move: Callable[[], object]) -> None:
    """Chromium shows a page of its own, and Playwright an error, where a form would have to be sent again."""
    try:
        move()
    except Error as error:
        assert "ERR_CACHE_MISS" in error.message, error.message
