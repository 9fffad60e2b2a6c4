"""By keyboard alone: every stop is seen, and the focus lands where the next step is."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import Enter, Visit
from tests.browser.keyboard import Keyboard
from tests.browser.visitor import CREATE, LIST, SIGN_IN
from tests.cast import Cast
from tokens.models import Token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_token_is_created_copied_and_revoked_without_a_mouse(cast: Cast, visit: Visit) -> None:
    marc = visit(permissions=["clipboard-write"])
    page, keys = marc.goto(SIGN_IN), Keyboard(marc.page)
    keys.go_to(page.get_by_label("Email"))
    keys.write(cast.marc.user.email)
    keys.go_to(page.get_by_label("Password"))
    keys.write(factories.PASSWORD)
    keys.press("Enter")

    expect(page.get_by_role("heading", name="Developers")).to_be_visible()
    keys.go_to(page.get_by_role("link", name="Create token"))
    keys.press("Enter")
    expect(page).to_have_title("New API token · Token Portal")
    keys.go_to(page.get_by_label("Token name"))
    keys.write("Sync")
    keys.go_to(page.get_by_role("radiogroup", name="Assets").get_by_role("radio", name="None"))
    keys.press("ArrowRight")
    keys.go_to(page.get_by_role("complementary").get_by_role("button", name="Create token"))
    keys.press("Space")

    expect(marc.dialog.get_by_role("heading", level=1)).to_be_focused()
    keys.go_to(marc.dialog.get_by_role("button", name="Copy secret"))
    keys.press("Enter")
    expect(marc.dialog.get_by_role("status")).to_contain_text("Copied")
    keys.go_to(marc.dialog.get_by_label("I have stored"))
    keys.press("Space")
    keys.go_to(marc.dialog.get_by_role("button", name="Done"))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Sync", level=1)).to_be_visible()

    keys.go_to(page.get_by_role("link", name="Revoke"))
    keys.press("Enter")
    expect(marc.dialog.get_by_label("Reason")).to_be_focused()
    keys.go_to(marc.dialog.get_by_label("Type the token ID"))
    keys.write(Token.objects.get().short_id)
    keys.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Token revoked")


def test_the_skip_link_comes_first_and_leads_past_the_navigation(cast: Cast, enter: Enter) -> None:
    page = enter(cast.marc.user).goto(LIST)
    keys = Keyboard(page)
    keys.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    keys.press("Enter", "Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_every_stop_of_the_create_form_is_seen_forwards_and_backwards(cast: Cast, enter: Enter) -> None:
    page = enter(cast.olivia.user).goto(CREATE)
    keys = Keyboard(page)
    keys.go_to(page.get_by_role("complementary").get_by_role("link", name="Cancel"))
    keys.go_to(page.get_by_role("radio", name="Personal"), key="Shift+Tab")


def test_the_menu_of_a_row_opens_is_walked_and_gives_the_focus_back(cast: Cast, enter: Enter) -> None:
    factories.token(cast.marc.actor, name="Report")
    marc = enter(cast.marc.user)
    page, keys = marc.goto(LIST), Keyboard(marc.page)
    button = page.get_by_role("button", name="Actions for Report")
    keys.go_to(button)
    keys.press("Enter")
    keys.go_to(page.get_by_role("link", name="View details"))
    keys.press("Escape")
    expect(button).to_be_focused()

    keys.press("Enter")
    keys.go_to(page.get_by_role("link", name="Revoke…"))
    keys.press("Enter")
    expect(marc.dialog.get_by_label("Reason")).to_be_focused()
    for _ in range(8):  # all around, without leaving
        keys.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    keys.press("Escape")
    expect(marc.dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_a_tab_out_of_the_reveal_does_not_leave_it(cast: Cast, enter: Enter) -> None:
    marc = enter(cast.marc.user)
    secret = marc.create("Sync")
    keys = Keyboard(marc.page)
    for _ in range(14):
        keys.press("Tab")
        focused = "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        assert marc.page.evaluate(focused)
    assert marc.secret == secret


def test_the_cards_are_walked_with_arrows(cast: Cast, enter: Enter) -> None:
    page = enter(cast.olivia.user).goto(CREATE)
    keys = Keyboard(page)
    page.get_by_role("radio", name="90 days").focus()
    keys.press("ArrowLeft")
    expect(page.get_by_role("radio", name="30 days")).to_be_checked()
    keys.press("ArrowRight", "ArrowRight")
    expect(page.get_by_role("radio", name="6 months")).to_be_checked()


def test_enter_in_a_field_creates_and_does_not_press_a_preset(cast: Cast, enter: Enter) -> None:
    marc = enter(cast.marc.user)
    page = marc.goto(CREATE)
    marc.fill_in("Sync")
    page.get_by_label("Token name").press("Enter")
    assert marc.secret
    assert Token.objects.get().grants_text == "assets:read"


def test_after_a_wrong_sign_in_the_focus_is_on_what_was_wrong(cast: Cast, visit: Visit) -> None:
    marc = visit()
    page = marc.goto(SIGN_IN)
    marc.sign_in(cast.marc.user, password="not it")
    expect(page.get_by_role("alert")).to_contain_text("Email or password is wrong.")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("textbox", name="Email")).to_have_value(cast.marc.user.email)
    expect(page).to_have_title("Error: Sign in · Token Portal")
