"""The one look at a secret: guarded until it is stored, and gone afterwards."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.visitor import LIST, Visitor
from tests.cast import Cast
from tokens.models import Token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEAVING = {
    "the page": "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))",
    "the dialog": "document.getElementById('dialog').close()",
}
FIVE_MINUTES = "05:01"


@pytest.fixture
def marc(cast: Cast, enter: Enter) -> Visitor:
    return enter(cast.marc.user, permissions=["clipboard-write"])


def test_the_copy_button_puts_exactly_the_secret_into_the_clipboard(marc: Visitor) -> None:
    secret = marc.create("Sync")
    button = marc.dialog.get_by_role("button", name="Copy secret")
    button.click()
    expect(marc.dialog.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    expect(marc.dialog.get_by_role("status")).to_contain_text("Copied")  # inside: all else is unheard
    expect(button).to_be_visible()  # after two seconds it says again what it does
    assert _pasted(marc) == secret


def test_without_a_clipboard_the_secret_is_selected_for_the_keyboard(cast: Cast, enter: Enter) -> None:
    marc = enter(cast.marc.user)
    marc.page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))")
    secret = marc.create("Sync")
    marc.dialog.get_by_role("button", name="Copy secret").click()
    expect(marc.dialog.get_by_role("status")).to_contain_text("Press Ctrl+C to copy.")
    field = marc.dialog.get_by_label("Secret", exact=True)
    assert field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == secret


def test_escape_and_done_wait_for_the_tick(marc: Visitor) -> None:
    secret = marc.create("Sync")
    page = marc.page
    expect(marc.dialog.get_by_role("heading", level=1)).to_be_focused()
    for _ in range(3):  # Chromium lets a second Escape through where only the cancel event is refused
        page.keyboard.press("Escape")
    page.mouse.click(5, 5)
    marc.dialog.get_by_role("button", name="Done").click()
    expect(marc.dialog).to_be_visible()
    assert marc.secret == secret

    marc.dialog.get_by_label("I have stored the secret").check()
    marc.dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Sync", level=1)).to_be_visible()
    assert urlsplit(page.url).query == ""
    _assert_gone(page, secret)


def test_leaving_before_the_tick_asks_first(marc: Visitor) -> None:
    marc.create("Sync")
    with marc.page.expect_event("dialog") as asked:
        marc.page.evaluate("void setTimeout(() => location.assign('/'))")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    assert marc.secret


def test_after_five_minutes_the_secret_is_gone_and_the_page_says_so(marc: Visitor) -> None:
    marc.page.clock.install()
    secret = marc.create("Sync")
    marc.page.clock.fast_forward(FIVE_MINUTES)
    expect(marc.dialog.get_by_label("Secret", exact=True)).to_have_value("")
    expect(marc.dialog).to_contain_text("The secret is no longer shown")
    _assert_gone(marc.page, secret)
    marc.dialog.get_by_role("button", name="Done").click()
    expect(marc.page.get_by_role("heading", name="Sync", level=1)).to_be_visible()


@pytest.mark.parametrize("leaving", LEAVING.values(), ids=LEAVING)
def test_leaving_wipes_the_field_even_if_the_page_is_kept(leaving: str, marc: Visitor) -> None:
    secret = marc.create("Sync")
    field = marc.page.get_by_label("Secret", exact=True).element_handle()
    assert field
    marc.page.evaluate(leaving)
    # A dialog says that it closed a moment later. What is waited for is the field itself: scripts may still hold it.
    marc.page.wait_for_function("field => field.value + field.textContent === ''", arg=field)
    _assert_gone(marc.page, secret)


def test_a_page_restored_from_memory_is_loaded_anew(marc: Visitor) -> None:
    secret = marc.create("Sync")
    with marc.page.expect_navigation():
        marc.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(marc.page.get_by_label("Token name")).to_have_value("")
    _assert_gone(marc.page, secret)
    assert Token.objects.count() == 1


def test_the_secret_is_not_printed(marc: Visitor) -> None:
    marc.create("Sync")
    field = marc.dialog.get_by_label("Secret", exact=True)
    marc.page.emulate_media(media="print")
    expect(field).to_be_hidden()
    marc.page.emulate_media(media="screen")
    expect(field).to_be_visible()


def test_no_storage_of_the_browser_holds_the_secret(marc: Visitor) -> None:
    secret = marc.create("Sync")
    kept = marc.page.evaluate(
        "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie])"
    )
    assert secret not in kept
    assert not [request.url for request in marc.watch.requests if secret in request.url]
    assert marc.page.url.endswith("/tokens/new/")


def test_back_forward_reload_and_another_tab_never_show_it_again(marc: Visitor) -> None:
    page = marc.goto(LIST)
    secret = marc.create("Sync")
    marc.dialog.get_by_label("I have stored the secret").check()
    address = page.url
    marc.dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Sync", level=1)).to_be_visible()

    for move in (page.go_back, page.reload, page.go_back, page.go_forward, page.go_forward, page.reload):
        move()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        _assert_gone(page, secret)
    other = page.context.new_page()
    other.goto(address)
    expect(other.get_by_label("Token name")).to_have_value("")
    _assert_gone(other, secret)
    assert Token.objects.count() == 1


def test_a_reload_with_the_secret_on_screen_makes_no_second_token(marc: Visitor) -> None:
    secret = marc.create("Sync")
    marc.page.reload()
    expect(marc.page.get_by_label("Token name")).to_have_value("")
    _assert_gone(marc.page, secret)
    assert Token.objects.count() == 1


def test_the_same_request_again_says_that_it_was_shown(marc: Visitor) -> None:
    secret = marc.create("Sync")
    [post] = [one for one in marc.watch.requests if one.method == "POST" and one.url.endswith("/tokens/new/")]
    again = marc.page.context.request.post(post.url, data=post.post_data or "", headers=post.headers)
    assert again.status == 200
    assert "cannot be shown again" in again.text()
    assert secret not in again.text()
    assert Token.objects.count() == 1


def _pasted(visitor: Visitor) -> str:
    """What the clipboard holds, by pasting it: no page of the portal may read it."""
    page = visitor.page.context.new_page()
    page.set_content("<textarea autofocus></textarea>")
    page.locator("textarea").press("Control+V")
    return page.locator("textarea").input_value()


def _assert_gone(page: Page, secret: str) -> None:
    assert secret not in page.content()
    assert secret not in page.locator("input, textarea").evaluate_all("fields => fields.map(field => field.value)")
