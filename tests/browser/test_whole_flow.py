"""From signing in to the audit log with JavaScript, as one person's morning."""

import re

import pytest
from playwright.sync_api import Page, expect

from audit.actions import Action
from tests.browser import machine
from tests.browser.conftest import Visit
from tests.browser.visitor import ACME, Visitor
from tests.cast import Cast
from tokens import usage
from tokens.models import Token

TOLD = [  # newest first
    Action.TOKEN_REVOKED,
    Action.TOKEN_NARROWED,
    Action.TOKEN_EDITED,
    Action.TOKEN_REVEALED,
    Action.TOKEN_ISSUED,
    Action.SIGNED_IN,
]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_token_is_created_used_found_changed_revoked_and_told_of(cast: Cast, visit: Visit) -> None:
    adam = visit()
    adam.goto("/oauth-access-token")
    adam.sign_in(cast.adam.user)
    expect(adam.page).to_have_title("New API token · Token Portal")

    secret = _create(adam)
    status, me = machine.call(adam.origin, secret)
    assert (status, me["scope"], me["subject"]["name"]) == (200, "assets:write metadata:read", "Acme")
    usage.flush()

    token = Token.objects.get()
    _find(adam, token)
    _edit(adam)
    _narrow(adam)
    assert machine.call(adam.origin, secret)[1]["scope"] == "assets:write"
    _revoke(adam, token)
    assert machine.call(adam.origin, secret)[0] == 401

    _read_the_audit_log(adam.page)
    _sign_out(adam)


def _create(adam: Visitor) -> str:
    page = adam.page
    page.get_by_role("radio", name="Tenant").check()
    adam.fill_in("Nightly sync", level="Write")
    adam.choose("Metadata", "Read")
    page.get_by_label("Description").fill("Runs on the ETL host")
    adam.submit()
    secret = adam.secret
    page.get_by_label("I have stored the secret").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", name="Nightly sync", level=1)).to_be_visible()
    assert secret not in page.content()
    return secret


def _find(adam: Visitor, token: Token) -> None:
    page = adam.page
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Developers").click()
    row = page.get_by_role("row", name=re.compile("Nightly sync"))
    for words in [
        "Runs on the ETL host",
        "Acme",
        token.short_id,
        "assets:write",
        "+1",
        "Just now",
        "Active",
        "127.0.0.1",
    ]:
        expect(row).to_contain_text(words)
    row.get_by_role("link", name="Nightly sync").click()
    expect(page.get_by_text(machine.CLIENT)).to_be_visible()


def _edit(adam: Visitor) -> None:
    page = adam.page
    page.get_by_role("link", name="Edit").click()
    expect(adam.dialog.get_by_label("Token name")).to_be_focused()
    adam.dialog.get_by_label("Token name").fill("Nightly asset sync")
    adam.dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Nightly asset sync", level=1)).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Token renamed")


def _narrow(adam: Visitor) -> None:
    page = adam.page
    page.get_by_role("link", name="Narrow").click()
    adam.choose("Metadata", "None")
    expect(page.locator("#left")).to_contain_text("It will lose")
    page.get_by_role("button", name="Keep only these scopes").click()
    expect(page.locator("#toasts")).to_contain_text("Scopes narrowed")


def _revoke(adam: Visitor, token: Token) -> None:
    """By the menu of its row."""
    page = adam.page
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="API tokens").click()
    page.get_by_role("button", name="Actions for Nightly asset sync").click()
    page.get_by_role("link", name="Revoke…").click()
    expect(adam.dialog.get_by_role("heading", level=1)).to_have_text("Revoke “Nightly asset sync”?")
    expect(adam.dialog).to_contain_text(machine.CLIENT)
    adam.dialog.get_by_label("Reason").fill("The job moved")
    adam.dialog.get_by_label("Type the token ID").fill(token.short_id)
    adam.dialog.get_by_role("button", name="Revoke token").click()
    expect(page.locator("#toasts")).to_contain_text("Token revoked")
    expect(page.get_by_role("heading", level=1)).to_have_text("Developers")
    page.get_by_role("link", name="Nightly asset sync", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("The job moved")


def _read_the_audit_log(page: Page) -> None:
    page.get_by_role("link", name="Audit log", exact=True).click()
    expect(page.get_by_role("heading", name="Audit log", level=1)).to_be_visible()
    told = page.get_by_role("cell").filter(has=page.locator("code"))
    expect(told).to_contain_text([action.value for action in TOLD])


def _sign_out(adam: Visitor) -> None:
    page = adam.page
    page.get_by_role("button", name="Adam Test").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"{ACME}/audit-log/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
