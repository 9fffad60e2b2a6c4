"""A day that somebody chose is shown as that day, wherever they are."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from audit import clock
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, LIST, NEW, held_by_form, secrets_in
from tests.tokens.test_policy_page import PAGE as POLICY
from tests.tokens.test_policy_page import said
from tokens import policy
from tokens.models import Token

ZONES = ["Australia/Sydney", "America/New_York", "Pacific/Kiritimati", "UTC"]


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn, zone: str) -> Client:
    browser = sign_in(cast.olivia.user)
    browser.post("/account/profile/", {"name": "Olivia Test", "time_zone": zone})
    return browser


def text_of(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def today(zone: str) -> date:
    return clock.now().astimezone(ZoneInfo(zone)).date()


def test_a_token_ends_with_the_day_that_was_chosen(olivia: Client, zone: str) -> None:
    day = today(zone) + timedelta(days=20)
    sent = {**FORM, "expires": "custom", "until": day.isoformat()}
    shown = f"{day:%-d %b %Y}"
    assert f"until {shown}" in text_of(olivia.post(f"{NEW}summary/", sent))
    assert secrets_in(olivia.post(NEW, sent))
    token = Token.objects.get()
    assert token.expires_at == datetime.combine(day, time(23, 59, 59), ZoneInfo(zone))
    assert shown in text_of(olivia.get(LIST))
    assert shown in text_of(olivia.get(f"{LIST}{token.pk}/"))


def test_the_form_says_in_which_zone_the_day_ends(olivia: Client, zone: str) -> None:
    assert f"until 23:59:59 in your time zone ({zone})." in text_of(olivia.get(NEW))


def test_the_latest_day_is_the_same_in_the_calendar_and_in_words(cast: Cast, olivia: Client) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, max_days=30)
    [latest] = re.findall(r'name="until"[^>]* max="([^"]+)"', olivia.get(NEW).content.decode())
    late = date.fromisoformat(latest)
    refused = olivia.post(NEW, {**FORM, "expires": "custom", "until": f"{late + timedelta(days=1)}"})
    assert f"Choose a date on or before {late:%-d %b %Y}." in text_of(refused)
    following = {**FORM, "expires": "custom", "until": f"{late + timedelta(days=9)}", "refresh": "scopes"}
    assert held_by_form(olivia.post(NEW, following))["until"] == latest
    assert secrets_in(olivia.post(NEW, {**FORM, "expires": "custom", "until": latest}))


def test_the_end_of_the_calendar_is_no_date(cast: Cast, olivia: Client) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    sent = {**FORM, "kind": "tenant", "expires": "custom", "until": "9999-12-31"}
    for address in (NEW, f"{NEW}summary/"):
        assert olivia.post(address, sent).status_code in {200, 422}
    assert olivia.get(LIST).status_code == 200


def test_a_policy_changes_on_one_day_for_everybody(cast: Cast, olivia: Client) -> None:
    factories.token(cast.marc.actor)
    day = today("UTC") + timedelta(days=9)
    asked, begins = said(on=day.isoformat(), personal_allowed=None), f"{day:%-d %b %Y}, 00:00 UTC"
    reviewed = text_of(olivia.get(f"{POLICY}review/", asked))
    assert f"From {begins} : personal tokens not allowed" in reviewed
    assert re.findall(r"\d+ \w{3} \d{4}", reviewed) == [f"{day:%-d %b %Y}"] * 4
    olivia.post(f"{POLICY}review/", asked)
    shown = text_of(olivia.get(POLICY))
    assert f"The policy changes on {begins}" in shown
    assert set(re.findall(r"\d+ \w{3} \d{4}", shown)) == {f"{day:%-d %b %Y}"}
    cast.acme.refresh_from_db()
    assert policy.policy_of(cast.acme).next_from == datetime.combine(day, time.min, UTC)


def test_the_platforms_limits_do_so_too(petra: User, sign_in: SignIn, zone: str) -> None:
    governor, day = sign_in(petra), today("UTC") + timedelta(days=9)
    governor.post("/account/profile/", {"name": "Petra Test", "time_zone": zone})
    asked, begins = said(on=day.isoformat(), networks="on"), f"{day:%-d %b %Y}, 00:00 UTC"
    assert f"From {begins}" in text_of(governor.get("/platform/limits/review/", asked))
    assert f"The limits change on {begins}" in text_of(governor.post("/platform/limits/review/", asked, follow=True))


@pytest.mark.django_db(transaction=True)
def test_a_letter_tells_the_moment_in_utc(cast: Cast, olivia: Client) -> None:
    """With real transactions: it is written as the change is committed, while she is still served in her zone."""
    factories.token(cast.marc.actor)
    day = today("UTC") + timedelta(days=9)
    olivia.post(f"{POLICY}review/", said(on=day.isoformat(), personal_allowed=None))
    [sent] = mail.outbox
    assert f"stops working on {day:%-d %b %Y}, 00:00 UTC" in sent.body
