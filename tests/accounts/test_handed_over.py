"""Whose session it is after a hand-over, what it counts for, and the way back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts.models import Membership, User
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.accounts.frames import HOME, LIST, NEW, heading, signed_in
from tests.api.managing import TENANT, USER, Backend
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, secrets_in

START = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


# --- Whose session --------------------------------------------------------------------------------


def test_somebody_elses_session_ends_first_and_leaves_nothing(cast: Cast, vendor: Backend, sign_in: SignIn) -> None:
    browser = sign_in(cast.olivia.user)
    browser.get("/", follow=True)
    before = browser.session.session_key
    path = vendor.link()
    page = browser.get(path).content.decode()
    assert "Olivia Test is signed in here." in page
    assert "Sign out Olivia Test and continue" in page
    assert signed_in(browser) == "Olivia Test"
    kept = Client()
    kept.cookies.update(browser.cookies)
    browser.post(path)
    assert signed_in(browser) == "Max Test"
    assert browser.session.session_key != before
    assert browser.get("/t/acme/settings/developers/tokens/").status_code == 404
    assert signed_in(kept) == ""
    assert Event.objects.filter(action=Action.SIGNED_OUT, actor_id=str(cast.olivia.user.pk)).exists()


def test_the_same_person_with_a_password_goes_on_and_gains_nothing(
    vendor: Backend, max_: Membership, clock: time_machine.Traveller, sign_in: SignIn
) -> None:
    max_.user.set_password(factories.PASSWORD)
    max_.user.save()
    browser = sign_in(max_.user)
    clock.shift(timedelta(minutes=11))
    before = browser.session.session_key
    assert browser.post(vendor.link())["Location"] == LIST
    assert browser.session.session_key == before
    assert browser.post(NEW, FORM).status_code == 422  # the password is still asked for


def test_the_same_person_without_one_gets_a_new_session(vendor: Backend, clock: time_machine.Traveller) -> None:
    browser = Client()
    browser.post(vendor.link())
    kept = Client()
    kept.cookies.update(browser.cookies)
    clock.shift(timedelta(minutes=11))
    browser.post(vendor.link())
    assert signed_in(kept) == ""
    assert signed_in(browser) == "Max Test"
    assert len(secrets_in(browser.post(NEW, FORM))) == 1


def test_a_session_that_was_left_alone_is_nobodys(vendor: Backend, clock: time_machine.Traveller) -> None:
    browser = Client()
    browser.post(vendor.link())
    browser.get(LIST)
    clock.shift(timedelta(minutes=31))
    browser.post(vendor.link())
    assert signed_in(browser) == "Max Test"


def test_a_hand_over_counts_as_a_sign_in_for_ten_minutes(vendor: Backend, clock: time_machine.Traveller) -> None:
    browser = Client()
    browser.post(vendor.link(return_to=f"{HOME}/settings"))
    clock.shift(timedelta(minutes=9, seconds=59))
    assert len(secrets_in(browser.post(NEW, FORM))) == 1
    clock.shift(timedelta(seconds=1))
    page = browser.post(NEW, {**FORM, "key": "k2", "description": "kept"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "Come here again from where you came" in text
    assert "kept" in text
    assert f'<a href="{HOME}/settings">Go back to app.umbrella.test</a>' in text
    assert 'type="password"' not in text
    assert browser.post(NEW, {**FORM, "key": "k2", "password": "anything at all"}).status_code == 422


def test_a_hand_over_is_not_made_a_way_in_for_good(vendor: Backend) -> None:
    browser = Client()
    browser.post(vendor.link())
    for path in ("/account/password/", "/account/password/set/"):
        page = browser.get(path, follow=True)
        assert heading(page) == "Your account has no password"
    assert browser.post("/account/password/set/", {"password1": "x" * 20, "password2": "x" * 20}).status_code == 405
    assert not User.objects.get(external_id="u-4").has_usable_password()
    assert "Change password" not in browser.get(LIST).content.decode()


def test_nor_by_a_mail_to_the_address_that_the_vendor_named(cast: Cast, vendor: Backend) -> None:
    for email in ("max@umbrella.test", cast.marc.user.email):
        assert Client().post("/account/password/reset/", {"email": email}).status_code == 302
    assert [mailed.to for mailed in mail.outbox] == [[cast.marc.user.email]]


def test_the_address_of_somebody_who_signs_in_here_is_their_own(vendor: Backend, max_: Membership) -> None:
    max_.user.set_password(factories.PASSWORD)
    max_.user.save()
    assert vendor.put(USER, {"email": "other@umbrella.test", "name": "Max Test"}).status_code == 409
    assert vendor.put(USER, {"email": "max@umbrella.test", "name": "Max Weber"}).status_code == 200


# --- The way back ---------------------------------------------------------------------------------


def test_the_frame_shows_the_way_back_as_long_as_it_is_listed(vendor: Backend, settings: Any) -> None:
    browser = Client()
    browser.post(vendor.link(return_to=f"{HOME}/a?b=c&d"))
    assert f'href="{HOME}/a?b=c&amp;d"' in browser.get(LIST).content.decode()
    assert "Back to app.umbrella.test" in browser.get(NEW).content.decode()
    settings.RETURN_ORIGINS = ()
    assert "app.umbrella.test" not in browser.get(LIST).content.decode()


def test_the_next_link_brings_its_own_way_back_or_none(vendor: Backend) -> None:
    browser = Client()
    browser.post(vendor.link(return_to=HOME))
    browser.post(vendor.link())
    assert "Back to" not in browser.get(LIST).content.decode()


def test_the_tenants_page_for_others_stays_closed(vendor: Backend) -> None:
    browser = Client()
    browser.post(vendor.link())
    assert browser.get("/t/acme/settings/developers/tokens/").status_code == 404
    assert browser.get("/platform/tenants/").status_code == 403
    assert vendor.put(f"{TENANT}", {"name": "Umbrella"}).status_code == 200
