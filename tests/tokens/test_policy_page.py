"""The policy page: what holds, what a change would do, a second look, and saving."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.test import Client

from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import HTMX
from tests.tokens.rows import row
from tokens import policy
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.models import Token
from tokens.verification import Refused, Verified, verify

PAGE = "/t/acme/settings/developers/policy/"
REVIEW = f"{PAGE}review/"


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


def said(on: Any = 0, **changes: Any) -> dict[str, Any]:
    """The form as a browser sends it, with everything allowed but what is changed; None leaves a field out."""
    kinds = {f"{kind}_allowed": "on" for kind in Kind} | {f"{kind}_max_days": 366 for kind in Kind}
    day = (clock.now() + timedelta(days=on)).date().isoformat() if isinstance(on, int) else on
    form = kinds | {"custom": "on", "on": day} | changes
    return {name: value for name, value in form.items() if value is not None}


def test_the_page_shows_what_holds(cast: Cast, olivia: Client) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, max_days=30, forbidden="assets:write")
    page = olivia.get(PAGE).content.decode()
    assert '<option value="30" selected>30 days</option>' in page
    assert 'value="assets:write" checked' in page


def test_the_review_names_each_token_and_saves_nothing(cast: Cast, olivia: Client) -> None:
    factories.token(cast.marc.actor, name="Marc's laptop")
    page = olivia.get(REVIEW, said(on=7, personal_allowed=None))
    assert "Marc&#x27;s laptop" in page.content.decode()
    assert "1 token stops: of a kind that is switched off" in page.content.decode()
    cast.acme.refresh_from_db()
    assert policy.policy_of(cast.acme).next_rules is None


def test_saving_for_a_later_day_plans_it_and_mails_the_subjects(
    cast: Cast, olivia: Client, django_capture_on_commit_callbacks: object
) -> None:
    issued = factories.token(cast.marc.actor)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert olivia.post(REVIEW, said(on=7, personal_allowed=None)).status_code == 302
    assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Verified)
    with clock.at(clock.now() + 8 * DAY):
        assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Refused)
    assert [(one.to, "stops working" in one.body) for one in mail.outbox] == [(["marc@acme.test"], True)]
    assert "The policy changes on" in olivia.get(PAGE).content.decode()


def test_what_stops_something_today_is_confirmed(cast: Cast, olivia: Client) -> None:
    issued = factories.token(cast.marc.actor)
    answer = olivia.post(REVIEW, said(personal_allowed=None))
    assert answer.status_code == 422
    assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Verified)
    assert olivia.post(REVIEW, said(personal_allowed=None, confirm="on")).status_code == 302
    assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Refused)
    detail = Event.objects.get(action=Action.POLICY_CHANGED).detail
    assert detail["personal_allowed"] == [True, False]


def test_a_planned_change_is_withdrawn_on_the_page(cast: Cast, olivia: Client) -> None:
    olivia.post(REVIEW, said(on=7, personal_allowed=None))
    asked = olivia.get(f"{PAGE}withdraw/").content.decode()
    assert "The token policy stays as it is, and what was planned is gone" in asked
    assert "The policy changes on" in olivia.get(PAGE).content.decode()
    assert "<main" not in olivia.get(f"{PAGE}withdraw/", headers=HTMX).content.decode()
    assert olivia.post(f"{PAGE}withdraw/").status_code == 302
    assert "The policy changes on" not in olivia.get(PAGE).content.decode()
    assert olivia.get(f"{PAGE}withdraw/").status_code == 302
    assert "no planned change" in olivia.post(f"{PAGE}withdraw/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"personal_max_days": "0"}, "Choose 1 to"),
        ({"personal_max_days": "many"}, "whole number"),
        ({"per_person": "-1"}, "Choose 1 to 10,000"),
        ({"forbidden": "nonsense"}, "is not a scope"),
        ({"on": "2020-01-01"}, "Choose a day after today"),
        ({"on": "never"}, "valid date"),
        ({"tenant_default": "2y"}, "valid choice"),
        ({"personal_never": "on"}, "always has an end"),
    ],
)
def test_what_makes_no_sense_comes_back_with_the_reason(
    cast: Cast, olivia: Client, changes: dict[str, str], problem: str
) -> None:
    for answer in (olivia.get(REVIEW, said(**changes)), olivia.post(REVIEW, said(**changes))):
        assert answer.status_code == 422
        assert problem in answer.content.decode()
    assert not Event.objects.filter(action__startswith="policy.").exists()


def test_the_slip_tells_the_same_while_one_types(cast: Cast, olivia: Client) -> None:
    factories.token(cast.marc.actor)
    headers = {"HX-Request": "true", "HX-Target": "effect"}
    part = olivia.get(REVIEW, said(on=7, networks="on"), headers=headers).content.decode()
    assert part.strip().startswith('<div id="effect"')
    assert "1 token stops: without allowed networks" in part
    assert " more</p>" not in part


def test_the_slip_counts_the_tokens_that_it_does_not_name(cast: Cast, olivia: Client) -> None:
    end = clock.now() + 30 * DAY
    Token.objects.bulk_create(row(cast.acme, cast.marc.membership, expires_at=end) for _ in range(7))
    headers = {"HX-Request": "true", "HX-Target": "effect"}
    part = olivia.get(REVIEW, said(on=7, personal_allowed=None), headers=headers).content.decode()
    assert "7 tokens stop" in part
    assert "and 2 more</p>" in part


def test_what_is_confirmed_stops_when_the_list_says(cast: Cast, olivia: Client) -> None:
    factories.token(cast.marc.actor)
    page = olivia.get(REVIEW, said(personal_max_days=20)).content.decode()
    assert "1 token stops: older than the longest lifetime" in page
    assert "Do this now: it touches 1 token, each from the day in the list" in page


def test_a_planned_change_is_a_list_of_rules(cast: Cast, olivia: Client) -> None:
    olivia.post(REVIEW, said(on=7, personal_allowed=None, networks="on"))
    page = olivia.get(PAGE).content.decode()
    assert "<li>Personal tokens: allowed to not allowed</li><li>Allowed networks required: no to yes</li>" in page


def test_a_long_list_is_read_page_by_page_in_few_queries(
    cast: Cast, olivia: Client, django_assert_max_num_queries: object
) -> None:
    end = clock.now() + 30 * DAY
    Token.objects.bulk_create(row(cast.acme, cast.marc.membership, expires_at=end) for _ in range(45))
    asked = said(on=7, personal_allowed=None)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        first = olivia.get(REVIEW, asked)
    assert "45 tokens stop" in first.content.decode()
    second = olivia.get(f"{REVIEW}?{urlencode(asked)}&cursor={first.context['page'].next}")
    assert [len(one.context["page"].effects) for one in (first, second)] == [20, 20]


@pytest.mark.parametrize("name", ["marc", "victor"])
def test_who_may_not_change_it_neither_sees_nor_saves(cast: Cast, sign_in: SignIn, name: str) -> None:
    browser = sign_in(cast.people[name].user)
    assert PAGE not in browser.get("/t/acme/settings/developers/tokens/").content.decode()
    for answer in (browser.get(PAGE), browser.get(REVIEW, said()), browser.post(REVIEW, said(confirm="on"))):
        assert answer.status_code == 403
    assert browser.get(f"{PAGE}withdraw/").status_code == 403
    assert browser.post(f"{PAGE}withdraw/").status_code == 403


def test_a_stranger_learns_nothing(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.stella.user)
    assert browser.get(PAGE).status_code == browser.get(REVIEW, said()).status_code == 404
