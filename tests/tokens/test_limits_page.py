"""The platform's limits, as platform admins set them."""

import pytest
from django.test import Client

from accounts.models import User
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.test_policy_page import said
from tokens.verification import Refused, Verified, verify

PAGE = "/platform/limits/"
REVIEW = f"{PAGE}review/"


@pytest.fixture
def governor(petra: User, sign_in: SignIn) -> Client:
    return sign_in(petra)


def test_the_review_counts_by_tenant_and_names_no_token(cast: Cast, governor: Client) -> None:
    for _ in range(2):
        factories.token(cast.marc.actor, name="Marc's laptop")
    factories.token(cast.stella.actor)
    page = governor.get(REVIEW, said(on=7, personal_allowed=None))
    assert [(one.name, one.count) for one in page.context["touched"]] == [("Acme", 2), ("Globex", 1)]
    assert "laptop" not in page.content.decode()


def test_limits_bite_everywhere_once_confirmed(cast: Cast, governor: Client) -> None:
    issued = factories.token(cast.stella.actor)
    assert governor.post(REVIEW, said(networks="on")).status_code == 422
    assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Verified)
    assert governor.post(REVIEW, said(networks="on", confirm="on")).status_code == 302
    assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Refused)
    assert 'name="networks" checked' in governor.get(PAGE).content.decode()


def test_a_planned_change_is_shown_and_withdrawn(governor: Client) -> None:
    governor.post(REVIEW, said(on=7, networks="on"))
    page = governor.get(PAGE, follow=True).content.decode()
    assert "Allowed networks required: no to yes" in page
    governor.post(f"{PAGE}withdraw/")
    assert "Allowed networks required: no to yes" not in governor.get(PAGE).content.decode()


def test_a_tenants_page_offers_nothing_beyond(cast: Cast, governor: Client, sign_in: SignIn) -> None:
    governor.post(REVIEW, said(tenant_allowed=None, personal_max_days=30))
    page = sign_in(cast.olivia.user).get("/t/acme/settings/developers/policy/").content.decode()
    assert "The platform does not allow these." in page
    assert "The platform allows at most 30 days." in page


def test_it_comes_back_with_the_reason(governor: Client) -> None:
    answer = governor.post(REVIEW, said(per_person="0"))
    assert answer.status_code == 422
    assert "Choose 1 to 10,000" in answer.content.decode()


@pytest.mark.parametrize("name", ["olivia", "stella"])
def test_nobody_else_comes_in(cast: Cast, sign_in: SignIn, name: str) -> None:
    browser = sign_in(cast.people[name].user)
    answers = [browser.get(PAGE), browser.get(REVIEW, said()), browser.post(REVIEW, said())]
    assert {one.status_code for one in [*answers, browser.post(f"{PAGE}withdraw/")]} == {403}
