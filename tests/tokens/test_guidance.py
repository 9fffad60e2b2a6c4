"""Guidance where it is needed: which kind of token to take, and where a secret is kept."""

import re

import pytest
from django.test import Client

from accounts.models import User
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, HTMX, LIST, NEW
from tokens import policy

VARIABLE = re.compile(r"in a variable.*?not in a request in Postman", re.DOTALL)


def kinds_on(page: str) -> list[str]:
    """What "Which kind do I need?" tells apart, where it is a part of the page or a disclosure."""
    [told] = re.findall(r"Which kind do I need\?<.*?<dl.*?>(.*?)</dl>", page, re.DOTALL)
    return re.findall(r"<dt>(.*?)</dt>", told)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("olivia", ["Personal", "Service user", "Tenant", "OAuth 2.0"]),
        ("marc", ["Personal", "Service user", "OAuth 2.0"]),
    ],
)
def test_the_form_and_the_empty_list_say_which_kind_to_take(
    cast: Cast, sign_in: SignIn, name: str, kinds: list[str]
) -> None:
    browser = sign_in(cast.people[name].user)
    for path in (NEW, LIST):
        assert kinds_on(browser.get(path).content.decode()) == kinds


def test_the_form_advises_nothing_that_the_policy_does_not_allow(cast: Cast, sign_in: SignIn) -> None:
    olivia = sign_in(cast.olivia.user)
    policy.change(cast.acme, by=cast.olivia.actor, personal=False)
    assert kinds_on(olivia.get(NEW).content.decode()) == ["Service user", "Tenant", "OAuth 2.0"]
    policy.change(cast.acme, by=cast.olivia.actor, service=False, tenant=False)
    assert "Which kind do I need?" not in olivia.get(NEW).content.decode()


def test_no_link_leads_away_from_what_was_typed(cast: Cast, sign_in: SignIn) -> None:
    olivia = sign_in(cast.olivia.user)
    assert "See the service users" in olivia.get(LIST).content.decode()
    assert "See the service users" not in olivia.get(NEW).content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_where_a_secret_is_shown_it_says_where_to_keep_it(cast: Cast, sign_in: SignIn, headers: dict[str, str]) -> None:
    assert VARIABLE.search(sign_in(cast.marc.user).post(NEW, FORM, headers=headers).content.decode())


def test_so_does_a_token_s_page_while_it_can_be_used(cast: Cast, marc: Client) -> None:
    token = factories.token(cast.marc.actor).token
    assert VARIABLE.search(marc.get(f"{LIST}{token.pk}/").content.decode())


def test_so_does_the_guide_for_those_whose_callers_keep_one(petra: User, sign_in: SignIn) -> None:
    assert VARIABLE.search(sign_in(petra).get("/platform/guide/").content.decode())


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)
