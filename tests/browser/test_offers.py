"""From the admin who makes a token for somebody to the person who holds its secret, in real browsers."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.conftest import Enter, Visit
from tests.browser.visitor import CREATE
from tests.cast import Cast
from tests.tokens.offering import mailed_path
from tokens.kinds import Kind
from tokens.models import Token
from tokens.verification import Verified, verify

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_an_admin_offers_a_person_claims_and_nobody_else_sees_the_secret(
    cast: Cast, visit: Visit, script: bool
) -> None:
    adam = visit(java_script_enabled=script)
    page = adam.goto(CREATE)
    adam.sign_in(cast.adam.user)
    page.get_by_label("Token name").fill("For marc's laptop")
    page.get_by_label("Acts as", exact=True).select_option(f"member:{cast.marc.membership.pk}")
    if script:
        adam.rest()
        expect(page.get_by_text("you never see it")).to_be_visible()
        expect(page.get_by_text("The secret is shown once")).to_be_hidden()
    adam.choose("Assets", "Read")
    adam.submit()
    expect(page.get_by_text("Waiting for Marc Test")).to_be_visible()
    assert not re.search(r"tp[a-z]_[0-9A-Za-z]{71}", page.content())

    link = mailed_path()
    marc = visit(java_script_enabled=script)
    page = marc.goto(link)
    marc.sign_in(cast.marc.user)
    expect(page.get_by_role("heading", level=1)).to_contain_text("is waiting for you")
    page.get_by_role("button", name="Claim and show the secret").click()
    secret = marc.secret
    assert isinstance(verify(secret, address="192.0.2.1"), Verified)
    assert link.rpartition("/")[2] not in page.url
    adam.page.reload()
    expect(adam.page.locator(".page-head .pill")).to_contain_text("Active")
    assert secret not in adam.page.content()
    assert Token.objects.get().membership == cast.marc.membership


def test_somebody_goes_and_hands_over(cast: Cast, enter: Enter) -> None:
    """Without a script as well: nothing on that page needs one."""
    token = factories.token(cast.adam.actor, kind=Kind.TENANT, name="Price feed").token
    olivia = enter(cast.olivia.user)
    page = olivia.goto("/t/acme/settings/members/")
    page.get_by_role("button", name="Actions for Adam Test").click()
    page.get_by_role("link", name="Remove…").click()
    page.get_by_label("to confirm").fill("adam@acme.test")
    page.get_by_role("button", name="Remove Adam Test").click()
    expect(page.get_by_text("Adam Test was removed")).to_be_visible()
    assert Token.objects.get(pk=token.pk).responsible == cast.olivia.membership
