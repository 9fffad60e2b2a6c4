"""The sidebar on pages that belong to no tenant: it keeps the one that was visited last."""

import pytest
from django.test import Client

from accounts import memberships, tenants
from accounts.access import Actor
from accounts.models import User
from tests import factories
from tests.cast import Cast, SignIn

LIST = "/t/acme/settings/developers/tokens/"
OF_NO_TENANT = ["/account/profile/", "/account/password/", "/account/tokens/", "/api/v1/docs"]


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(cast.marc.user)
    browser.get(LIST)
    return browser


def side(browser: Client, path: str) -> str:
    page = browser.get(path)
    assert page.status_code in (200, 403), path
    return page.content.decode().split('<nav class="side"')[1].split("</nav>")[0]


@pytest.mark.parametrize("path", OF_NO_TENANT)
def test_it_keeps_the_tenant_visited_last_with_what_is_open_there(cast: Cast, marc: Client, path: str) -> None:
    assert "Open a tenant" not in side(marc, path)
    assert "Acme settings" in side(marc, path)
    assert f'href="{LIST}?subject=me"' in side(marc, path)
    assert "/settings/members/" not in side(marc, path)


def test_of_two_it_is_the_last(cast: Cast, marc: Client) -> None:
    memberships.add(cast.marc.user, to=cast.globex, role=cast.victor.membership.role, by=cast.stella.actor)
    assert "Acme settings" in side(marc, OF_NO_TENANT[0])
    marc.get(LIST.replace("acme", "globex"))
    assert "Globex settings" in side(marc, OF_NO_TENANT[0])


def test_what_cannot_be_entered_is_not_kept(cast: Cast, marc: Client, petra: User) -> None:
    memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    assert "Acme settings" not in side(marc, OF_NO_TENANT[0])
    assert "Acme settings" not in side(marc, LIST)
    memberships.resume(factories.membership_of(cast.marc.user, cast.acme), by=cast.olivia.actor)
    tenants.suspend(cast.acme, by=Actor.operator())
    assert "Acme settings" not in side(marc, OF_NO_TENANT[0])


def test_a_suspended_tenants_notice_has_no_other_tenants_entries(cast: Cast, marc: Client) -> None:
    memberships.add(cast.marc.user, to=cast.globex, role=cast.victor.membership.role, by=cast.stella.actor)
    marc.get(LIST.replace("acme", "globex"))
    memberships.suspend(cast.marc.membership, by=cast.olivia.actor)
    assert "Globex settings" not in side(marc, LIST)


def test_whoever_has_no_token_is_led_to_make_one(cast: Cast, marc: Client, sign_in: SignIn) -> None:
    assert f'href="{LIST}new/"' in marc.get("/account/tokens/").content.decode()
    fresh = sign_in(cast.victor.user).get("/account/tokens/").content.decode()
    assert f'href="{LIST}">Open Acme</a>' in fresh
