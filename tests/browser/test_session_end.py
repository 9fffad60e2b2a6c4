"""A session that ends, or a sign-in that grows old, while a page is open."""

import re
import time

import pytest
from django.conf import settings
from playwright.sync_api import Route, expect

from accounts.models import Session
from accounts.sessions import LAST_SEEN
from tests import factories
from tests.browser.conftest import Enter
from tests.browser.session import change_session, make_sign_in_old
from tests.browser.visitor import ACME, CREATE, LIST, Visitor
from tests.cast import Cast
from tokens.models import Token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ASKED = "Enter your password to confirm that it is you."


@pytest.fixture
def olivia(cast: Cast, enter: Enter) -> Visitor:
    factories.token(cast.olivia.actor, name="Report")
    return enter(cast.olivia.user)


@pytest.mark.parametrize("path", [LIST, f"{ACME}/audit-log/"], ids=["list", "audit log"])
def test_a_filter_after_the_session_leads_to_the_sign_in_page_and_back(path: str, cast: Cast, olivia: Visitor) -> None:
    page = olivia.goto(path)
    Session.objects.all().delete()
    page.get_by_role("searchbox").fill("report")
    expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
    expect(page.get_by_role("table")).to_have_count(0)  # a page of its own, not a form inside the table
    olivia.sign_in(cast.olivia.user)
    expect(page).to_have_url(f"{olivia.origin}{path}")


def test_half_an_hour_of_silence_ends_the_session(cast: Cast, olivia: Visitor) -> None:
    page = olivia.goto(LIST)
    change_session(page.context, **{LAST_SEEN: int(time.time()) - settings.SESSION_IDLE_SECONDS - 1})
    page.get_by_label("Search tokens").fill("report")
    expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
    olivia.sign_in(cast.olivia.user)
    expect(page.get_by_role("link", name="Report")).to_be_visible()


def test_a_dialog_after_the_session_leads_to_the_sign_in_page(olivia: Visitor) -> None:
    page = olivia.goto(LIST)
    Session.objects.all().delete()
    page.get_by_role("button", name="Actions for Report").click()
    page.get_by_role("link", name="Revoke…").click()
    expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
    expect(olivia.dialog).to_have_count(0)


def test_a_create_after_the_session_makes_nothing(olivia: Visitor) -> None:
    olivia.goto(CREATE)
    olivia.fill_in("Sync")
    Session.objects.all().delete()
    olivia.submit()
    expect(olivia.page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
    assert not Token.objects.filter(name="Sync").exists()


def test_an_old_sign_in_asks_for_the_password_on_the_form(olivia: Visitor) -> None:
    olivia.watch.expects(422)
    page = olivia.goto("/")
    make_sign_in_old(olivia.page.context)
    page.goto(CREATE)
    olivia.fill_in("Sync", level="Write")
    password = page.get_by_label("Your password")
    olivia.submit()
    expect(page.get_by_role("alert")).to_contain_text(ASKED)
    expect(page.get_by_role("alert")).to_be_focused()

    password.fill("not it")
    olivia.submit()
    expect(page.get_by_role("alert")).to_contain_text("That is not your password.")
    expect(password).to_have_value("")
    password.fill(factories.PASSWORD)
    olivia.submit()
    assert olivia.secret
    assert Token.objects.get(name="Sync").grants_text == "assets:write"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_sign_in_that_grows_old_on_the_form_loses_nothing_typed(script: bool, cast: Cast, enter: Enter) -> None:
    adam = enter(cast.adam.user, java_script_enabled=script)
    adam.watch.expects(422)
    page = adam.goto(CREATE)
    page.get_by_role("radio", name="Tenant").check()
    adam.fill_in("Sync", level="Write")
    page.get_by_label("Description").fill("On the ETL host")
    page.get_by_role("radio", name="7 days").check()
    expect(page.get_by_label("Your password")).to_have_count(0)
    make_sign_in_old(adam.page.context)
    adam.submit()
    expect(page.get_by_role("alert")).to_contain_text(ASKED)
    page.get_by_role("alert").get_by_role("link", name=ASKED).click()
    page.get_by_label("Your password").fill(factories.PASSWORD)
    adam.submit()

    assert adam.secret
    made = Token.objects.get()
    assert (made.kind, made.name, made.description) == ("tenant", "Sync", "On the ETL host")
    assert made.grants_text == "assets:write"
    assert made.expires_at and (made.expires_at - made.created_at).days in (6, 7)


def test_a_summary_never_runs_beside_the_create_that_renews_the_session(olivia: Visitor) -> None:
    """It would arrive with the id of a session that is no more, be sent to sign-in, and take the secret away."""
    page = olivia.goto("/")
    make_sign_in_old(olivia.page.context)
    page.clock.install()
    page.goto(CREATE)
    olivia.fill_in("Sync")
    page.get_by_label("Your password").fill(factories.PASSWORD)
    held: list[Route] = []
    page.route(f"**{CREATE}", lambda route: held.append(route))
    with page.expect_request(f"**{CREATE}"):
        page.get_by_label("Token name").press("Enter")
    begun = [one.url for one in olivia.watch.requests]
    page.clock.run_for(1000)
    assert [one.url for one in olivia.watch.requests] == begun
    held[0].continue_()
    assert olivia.secret


def test_an_old_sign_in_asks_before_many_are_revoked(olivia: Visitor) -> None:
    olivia.watch.expects(422)
    page = olivia.goto("/")
    make_sign_in_old(olivia.page.context)
    page.goto(f"{LIST}revoke/?q=report")
    page.get_by_label("to confirm").fill("1")
    page.get_by_role("button", name="Revoke 1 token").click()
    expect(page.get_by_label("Your password")).to_have_accessible_description(re.compile(ASKED))
    page.get_by_label("to confirm").fill("1")
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Revoke 1 token").click()
    expect(page.locator("#toasts")).to_contain_text("1 token revoked")
