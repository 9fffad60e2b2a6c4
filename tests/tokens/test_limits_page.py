"""The platform's limits, as platform admins set them."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from audit import clock
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.test_policy_page import said
from tokens.expiry import DAY
from tokens.verification import Refused, Verified, verify

POLICY = "/t/acme/settings/developers/policy/"
PAGE = "/platform/limits/"
REVIEW = f"{PAGE}review/"

type Commits = Callable[..., AbstractContextManager[object]]


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
    assert "The limits stay as they are" in governor.get(f"{PAGE}withdraw/").content.decode()
    governor.post(f"{PAGE}withdraw/")
    assert "Allowed networks required: no to yes" not in governor.get(PAGE).content.decode()


def test_a_tenants_page_offers_nothing_beyond(cast: Cast, governor: Client, sign_in: SignIn) -> None:
    governor.post(REVIEW, said(tenant_allowed=None, personal_max_days=30))
    page = sign_in(cast.olivia.user).get("/t/acme/settings/developers/policy/").content.decode()
    assert "The platform does not allow these." in page
    assert "The platform allows at most 30 days." in page


def test_a_tenants_page_says_which_limits_come_when_and_what_they_stop(
    cast: Cast, governor: Client, sign_in: SignIn
) -> None:
    laptop, globex = factories.token(cast.marc.actor, name="Laptop"), factories.token(cast.stella.actor, name="Other")
    olivia = sign_in(cast.olivia.user)
    assert "limits change" not in olivia.get(POLICY).content.decode()
    governor.post(REVIEW, said(on=7, personal_allowed=None))
    page = olivia.get(POLICY).content.decode()
    assert f">{clock.now() + 7 * DAY:%-d %b %Y}</time></b>" in page.partition("The platform's limits change on")[2]
    assert "1 token stops: of a kind that is switched off" in page
    assert "Personal tokens: allowed to not allowed" in page
    assert f"{laptop.token.pk}/" in page
    assert str(globex.token.pk) not in page
    governor.post(f"{PAGE}withdraw/")
    assert "limits change" not in olivia.get(POLICY).content.decode()


def test_a_tenants_own_plan_is_not_put_down_to_the_platform(cast: Cast, governor: Client, sign_in: SignIn) -> None:
    factories.token(cast.marc.actor, name="Laptop")
    olivia = sign_in(cast.olivia.user)
    olivia.post(f"{POLICY}review/", said(on=5, personal_allowed=None))
    governor.post(REVIEW, said(on=7, personal_allowed=None))
    page = olivia.get(POLICY).content.decode()
    ahead = page.partition('id="ahead-heading"')[2].partition("</section>")[0]
    assert "No live token stops working or can do less." in ahead


def test_what_the_platform_keeps_off_tokens_is_named_to_tenants(cast: Cast, governor: Client, sign_in: SignIn) -> None:
    governor.post(REVIEW, said(forbidden="assets:write"))
    page = sign_in(cast.olivia.user).get(POLICY).content.decode()
    assert "The platform keeps these off already: <code>assets:write</code>" in page


@pytest.mark.parametrize(
    ("on", "told", "where"),
    [
        (7, "changes the limits", "/t/acme/settings/developers/policy/"),
        (0, "has changed the limits", "/t/acme/settings/developers/tokens/?status=hold"),
    ],
)
def test_administrators_of_the_tenants_it_touches_get_a_mail(
    cast: Cast, governor: Client, django_capture_on_commit_callbacks: Commits, on: int, told: str, where: str
) -> None:
    for _ in range(2):
        factories.token(cast.marc.actor)
    with django_capture_on_commit_callbacks(execute=True):
        governor.post(REVIEW, said(on=on, personal_allowed=None, confirm="on"))
    assert sorted(one.to[0] for one in mail.outbox) == ["adam@acme.test", "olivia@acme.test"]
    for one in mail.outbox:
        assert told in one.body
        assert "up to 2 tokens of Acme stop working or can do less." in one.body
        assert where in one.body


def test_a_change_that_was_refused_or_touches_nothing_mails_nobody(
    cast: Cast, governor: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    factories.token(cast.marc.actor, networks="192.0.2.0/24")
    with django_capture_on_commit_callbacks(execute=True):
        assert governor.post(REVIEW, said(on=7, networks="on")).status_code == 302
        assert governor.post(REVIEW, said(personal_allowed=None)).status_code == 422
    assert not mail.outbox


def test_it_comes_back_with_the_reason(governor: Client) -> None:
    answer = governor.post(REVIEW, said(per_person="0"))
    assert answer.status_code == 422
    assert "Choose 1 to 10,000" in answer.content.decode()


@pytest.mark.parametrize("name", ["olivia", "stella"])
def test_nobody_else_comes_in(cast: Cast, sign_in: SignIn, name: str) -> None:
    browser = sign_in(cast.people[name].user)
    answers = [
        browser.get(PAGE),
        browser.get(f"{PAGE}withdraw/"),
        browser.get(REVIEW, said()),
        browser.post(REVIEW, said()),
    ]
    assert {one.status_code for one in [*answers, browser.post(f"{PAGE}withdraw/")]} == {403}
