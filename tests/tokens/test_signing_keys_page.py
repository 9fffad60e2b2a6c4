"""The page of signing keys: for platform admins, who see states and never a private part."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import Cast, SignIn
from tokens import keys
from tokens.models import SigningKey
from tokens.signatures import Algorithm

PAGE = "/platform/signing-keys/"
ROTATE = f"{PAGE}ES256/rotate/"


def test_every_key_is_listed_with_its_state(petra: User, sign_in: SignIn) -> None:
    browser = sign_in(petra)
    assert "No signing keys yet" in browser.get(PAGE).content.decode()
    keys.public_jwks()
    browser.post(ROTATE)
    page = browser.get(PAGE).content.decode()
    assert all(key.kid in page for key in SigningKey.objects.all())
    assert ("Signing</span>" in page, "Published</span>" in page) == (True, True)
    assert not any(key.sealed_private in page for key in SigningKey.objects.all())


def test_a_rotation_is_confirmed_and_told(petra: User, sign_in: SignIn) -> None:
    browser = sign_in(petra)
    old = keys.signer(Algorithm.ES256, clock.now()).kid
    assert "Rotate the ES256 key?" in browser.get(ROTATE).content.decode()
    assert SigningKey.objects.count() == 1
    answer = browser.post(ROTATE, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "The next ES256 key is published" in answer.content.decode()
    assert SigningKey.objects.newest().get().kid != old
    [event] = Event.objects.filter(action=Action.SIGNING_KEY_ROTATED)
    assert event.actor_label == "Petra Test"


def test_a_second_rotation_is_refused_with_its_reason(petra: User, sign_in: SignIn) -> None:
    browser = sign_in(petra)
    keys.signer(Algorithm.ES256, clock.now())
    browser.post(ROTATE)
    answer = browser.post(ROTATE)
    assert answer.status_code == 422
    assert "waits for its turn" in answer.content.decode()


def test_a_stale_session_proves_its_password_first(petra: User, sign_in: SignIn) -> None:
    browser = sign_in(petra)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        for typed, status in [("", 422), ("wrong", 422), (factories.PASSWORD, 302)]:
            assert browser.post(ROTATE, {"password": typed}).status_code == status
    assert SigningKey.objects.count() == 1


@pytest.mark.parametrize("path", [PAGE, ROTATE])
def test_nobody_else_sees_or_rotates(cast: Cast, sign_in: SignIn, path: str) -> None:
    browser = sign_in(cast.olivia.user)
    assert "Signing keys" not in browser.get("/", follow=True).content.decode()
    assert browser.get(path).status_code == 403
    assert browser.post(ROTATE).status_code == 403
    assert SigningKey.objects.count() == 0


def test_an_algorithm_that_is_none_is_not_there(petra: User, sign_in: SignIn) -> None:
    assert sign_in(petra).get(f"{PAGE}HS256/rotate/").status_code == 404


def test_the_page_is_in_the_navigation_of_platform_admins(petra: User, sign_in: SignIn) -> None:
    assert f'href="{PAGE}" aria-current="page"' in sign_in(petra).get(PAGE).content.decode()
