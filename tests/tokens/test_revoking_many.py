"""Ending many tokens at once, through the page."""

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import Cast, SignIn
from tokens import lifecycle
from tokens.kinds import Kind
from tokens.models import Token
from tokens.status import Status

PAGE = "/t/acme/settings/developers/tokens/revoke/"


@pytest.fixture
def four(cast: Cast) -> Cast:
    """Two of marc's, one of the tenant's from last year's project, one of a stranger's tenant."""
    factories.token(cast.marc.actor, name="Laptop")
    factories.token(cast.marc.actor, name="Server")
    old = clock.now() - timedelta(days=100)
    factories.token(cast.adam.actor, name="Old feed", kind=Kind.TENANT, at=old, lives=timedelta(days=200))
    factories.token(cast.stella.actor, name="Not here")
    return cast


def _names(status: Status) -> set[str]:
    return {token.name for token in Token.objects.with_subject() if token.status is status}


def _revoke(browser: Client, query: str, **form: str) -> int:
    return browser.post(f"{PAGE}{query}", form).status_code


def test_everything_of_a_person_ends_at_once(four: Cast, sign_in: SignIn) -> None:
    browser = sign_in(four.adam.user)
    assert _revoke(browser, f"?subject={four.marc.membership.pk}", confirm="2", reason="Left") == 302
    assert _names(Status.REVOKED) == {"Laptop", "Server"}


def test_each_token_gets_its_own_line_in_the_ledger(four: Cast, sign_in: SignIn) -> None:
    _revoke(sign_in(four.adam.user), "?kind=personal", confirm="2", reason="Left")
    events = Event.objects.filter(action=Action.TOKEN_REVOKED)
    assert {(event.target_label, event.detail["reason"]) for event in events} == {
        ("Laptop", "Left"),
        ("Server", "Left"),
    }


def test_issued_before_a_day_spares_what_is_newer(four: Cast, sign_in: SignIn) -> None:
    day = f"{clock.now() - timedelta(days=50):%Y-%m-%d}"
    assert _revoke(sign_in(four.adam.user), f"?before={day}", confirm="1") == 302
    assert _names(Status.REVOKED) == {"Old feed"}


def test_the_wrong_number_revokes_nothing(four: Cast, sign_in: SignIn) -> None:
    assert _revoke(sign_in(four.adam.user), "", confirm="2") == 422
    assert _names(Status.REVOKED) == set()


def test_a_developer_ends_own_tokens_only(four: Cast, sign_in: SignIn) -> None:
    browser = sign_in(four.marc.user)
    page = browser.get(PAGE).content.decode()
    assert "Laptop" in page
    assert "Old feed" not in page
    assert _revoke(browser, "", confirm="2") == 302
    assert _names(Status.REVOKED) == {"Laptop", "Server"}


def test_no_other_tenant_is_touched(four: Cast, sign_in: SignIn) -> None:
    assert _revoke(sign_in(four.olivia.user), "", confirm="3") == 302
    assert _names(Status.ACTIVE) == {"Not here"}


def test_a_stale_sign_in_is_asked_for_the_password(four: Cast, sign_in: SignIn) -> None:
    browser = sign_in(four.adam.user)
    session = browser.session
    session["account_authentication_methods"][0]["at"] -= 601
    session.save()
    assert _revoke(browser, "", confirm="3") == 422
    assert _revoke(browser, "", confirm="3", password="not this one") == 422
    assert _names(Status.REVOKED) == set()
    assert _revoke(browser, "", confirm="3", password=factories.PASSWORD) == 302


def test_a_set_over_the_limit_says_so_and_ends_in_parts(
    four: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "BULK_LIMIT", 2)
    browser = sign_in(four.adam.user)
    assert "At most 2 at a time" in browser.get(PAGE).content.decode()
    assert _revoke(browser, "", confirm="2") == 302
    assert len(_names(Status.REVOKED)) == 2


def test_nothing_to_revoke_is_said_plainly(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.adam.user)
    assert "No running token matches" in browser.get(PAGE).content.decode()
    assert _revoke(browser, "", confirm="0") == 422
