"""A session ends when nobody uses it, and in the end in any case."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.middleware import STARTED
from accounts.sessions import LAST_SEEN
from tests.cast import Cast, SignIn

LIST = "/t/acme/settings/developers/tokens/"


@pytest.fixture
def browser(cast: Cast, sign_in: SignIn) -> Client:
    used = sign_in(cast.marc.user)
    assert used.get(LIST).status_code == 200
    return used


def _turn_back(browser: Client, name: str, seconds: int) -> None:
    session = browser.session
    session[name] -= seconds
    session.save()


def test_an_idle_session_is_signed_out_and_led_back(browser: Client) -> None:
    _turn_back(browser, LAST_SEEN, settings.SESSION_IDLE_SECONDS + 1)
    answer = browser.get(LIST)
    assert answer.headers["Location"] == f"/account/sign-in/?next={LIST}"
    assert "_auth_user_id" not in browser.session


def test_a_session_in_use_ends_at_its_absolute_limit(browser: Client) -> None:
    _turn_back(browser, STARTED, settings.SESSION_COOKIE_AGE + 1)
    assert browser.get(LIST).status_code == 302


def test_using_a_session_keeps_it_alive(browser: Client) -> None:
    _turn_back(browser, LAST_SEEN, settings.SESSION_IDLE_SECONDS - 5)
    assert browser.get(LIST).status_code == 200
    _turn_back(browser, LAST_SEEN, settings.SESSION_IDLE_SECONDS - 5)
    assert browser.get(LIST).status_code == 200


def test_an_idle_post_is_not_repeated_after_signing_in(browser: Client) -> None:
    _turn_back(browser, LAST_SEEN, settings.SESSION_IDLE_SECONDS + 1)
    answer = browser.post(f"{LIST}new/", {"name": "Late"})
    assert answer.headers["Location"] == "/account/sign-in/?next=/"
