"""The pages of management credentials: for platform admins, with the secret in one answer alone."""

import re
from datetime import timedelta

import pytest
import time_machine

from accounts.access import Actor
from accounts.models import User
from audit import clock
from audit.record import Origin
from tests import factories
from tests.cast import Cast, SignIn
from tokens import credentials
from tokens.models import ManagementCredential
from tokens.verdicts import Refused

PAGE = "/platform/credentials/"
NEW = f"{PAGE}new/"
FORM = {"name": "Gateway", "rights": ["introspect"], "key": "one-form"}


@pytest.fixture
def gateway(petra: User) -> ManagementCredential:
    return credentials.create("Gateway", ["introspect"], by=Actor.person(petra, Origin())).credential


def test_the_secret_is_in_the_answer_to_the_form_and_nowhere_else(petra: User, sign_in: SignIn) -> None:
    browser = sign_in(petra)
    assert "No management credentials yet" in browser.get(PAGE).content.decode()
    shown = browser.post(NEW, FORM)
    page = shown.content.decode()
    [secret] = set(re.findall(r"tpv_\w{71}", page))
    assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
    assert str(ManagementCredential.objects.get().pk) in page
    assert not isinstance(credentials.check(secret, address=""), Refused)
    again = browser.post(NEW, FORM).content.decode()
    assert "cannot be shown again" in again
    assert secret not in again + browser.get(PAGE).content.decode()
    assert ManagementCredential.objects.count() == 1


def test_introspection_alone_is_ticked_before_anybody_chooses(petra: User, sign_in: SignIn) -> None:
    page = sign_in(petra).get(NEW).content.decode()
    assert re.findall(r'value="(\w+)" checked', page) == ["introspect"]


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_lost(petra: User, sign_in: SignIn) -> None:
    answer = sign_in(petra).post(NEW, {"name": "x" * 101, "key": "k"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("at most 100 characters" in page, "Choose what the credential may do" in page) == (True, True)
    assert "x" * 101 in page


def test_a_stale_session_proves_its_password_inside_the_form(petra: User, sign_in: SignIn) -> None:
    browser = sign_in(petra)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        for typed, status in [("", 422), ("wrong", 422), (factories.PASSWORD, 200)]:
            assert browser.post(NEW, {**FORM, "password": typed}).status_code == status
    assert ManagementCredential.objects.count() == 1


def test_revoking_says_what_breaks_and_wants_the_id(
    petra: User, sign_in: SignIn, gateway: ManagementCredential
) -> None:
    browser, path = sign_in(petra), f"{PAGE}{gateway.pk}/revoke/"
    assert "Asks whether a token of any tenant is good" in browser.get(path).content.decode()
    assert browser.post(path, {"confirm": "wrong"}).status_code == 422
    assert ManagementCredential.objects.get().is_live
    told = browser.post(path, {"confirm": gateway.short_id, "reason": "Moved"}, follow=True)
    assert "Gateway is revoked" in told.content.decode()
    assert not ManagementCredential.objects.get().is_live


def test_nobody_else_sees_or_makes_any(cast: Cast, sign_in: SignIn, gateway: ManagementCredential) -> None:
    browser = sign_in(cast.olivia.user)
    for path in (NEW, f"{PAGE}{gateway.pk}/revoke/"):
        assert browser.get(path).status_code == browser.post(path, FORM).status_code == 403, path
    assert browser.get(PAGE).status_code == 403
    assert ManagementCredential.objects.get().is_live
