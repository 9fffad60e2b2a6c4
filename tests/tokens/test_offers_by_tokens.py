"""A token that makes a token for somebody makes none that outlasts it, whenever that is claimed or offered anew."""

from datetime import datetime, timedelta

import pytest

from audit import clock
from tests.api.oauth import jwt_of
from tests.api.rest import Program, program
from tests.cast import Cast
from tests.tokens.offering import LIFE, offer, reread, sent_long_ago
from tokens import offers
from tokens.expiry import Lifetime
from tokens.kinds import Kind
from tokens.models import Token

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


def maker(cast: Cast, lives: timedelta) -> Program:
    return program(cast.olivia.actor, "tokens:write assets:read", kind=Kind.TENANT, lives=lives)


def end_of(by: Program) -> datetime:
    assert by.issued.token.expires_at
    return by.issued.token.expires_at


def offered(cast: Cast, by: Program) -> Token:
    member = str(cast.marc.membership.pk)
    made = by.post("/tokens", {"name": "x", "scope": "assets:read", "lifetime": "7d", "member_id": member})
    assert made.status_code == 201, made.content
    return reread(Token.objects.get(pk=made.json()["id"]))


@pytest.mark.parametrize("after", [timedelta(0), WEEK - HOUR])
@pytest.mark.parametrize("more", [HOUR, WEEK - HOUR])
def test_what_could_outlast_its_maker_runs_from_the_offer_on(cast: Cast, more: timedelta, after: timedelta) -> None:
    by = maker(cast, WEEK + more)
    token = offered(cast, by)
    assert token.expires_at
    assert (token.offer.life, token.expires_at <= end_of(by)) == (None, True)
    assert token.expires_at - clock.now() > WEEK - HOUR
    with clock.at(clock.now() + after):
        claimed = offers.claim(token, by=cast.marc.actor).token
    assert claimed.expires_at == token.expires_at


def test_what_cannot_outlast_its_maker_runs_from_the_claim_on(cast: Cast) -> None:
    by = maker(cast, 3 * WEEK)
    token = offered(cast, by)
    assert token.offer.life is Lifetime.WEEK
    with clock.at(token.created_at + WEEK - HOUR):
        claimed = offers.claim(token, by=cast.marc.actor).token
        assert claimed.expires_at == clock.now() + WEEK
    assert claimed.expires_at < end_of(by)


@pytest.mark.parametrize("days", [2, 6, 10, 14, 18])
def test_nor_does_it_outlast_whoever_offers_it_anew(cast: Cast, days: int) -> None:
    """Every other day, so that it stays open."""
    by, now = maker(cast, 3 * WEEK), clock.now()
    token = offer(cast, expiry=Lifetime.WEEK, expires_at=now + WEEK)
    renewals = []
    for day in range(0, days + 1, 2):
        sent_long_ago()
        with clock.at(now + timedelta(days=day)):
            renewals.append(by.post(f"/tokens/{token.pk}/renew").status_code)
    renewed = reread(token)
    assert renewed.expires_at
    assert renewed.claim_until
    assert renewals[0] == 200
    assert renewed.claim_until <= renewed.expires_at <= end_of(by)
    assert (renewed.offer.life is None) is (days > 7)


def test_a_jwt_that_offers_it_anew_takes_nothing_away_and_adds_nothing(cast: Cast) -> None:
    """Its own five minutes are no end for what somebody else has offered for a week."""
    by, token = maker(cast, 3 * WEEK), offer(cast, expiry=Lifetime.WEEK, expires_at=clock.now() + WEEK)
    before = token.expires_at
    jwt = {"Authorization": f"Bearer {jwt_of(by.issued)}"}
    sent_long_ago()
    assert by.call("POST", f"/tokens/{token.pk}/renew", **jwt).status_code == 200
    renewed = reread(token)
    assert before
    assert renewed.expires_at
    assert clock.now() + WEEK - HOUR < renewed.expires_at < before
    assert renewed.claim_until == renewed.expires_at


def test_a_person_who_offers_it_anew_keeps_its_lifetime(cast: Cast) -> None:
    token = offer(cast)
    sent_long_ago()
    offers.renew(token, by=cast.olivia.actor)
    assert reread(token).offer.life is LIFE
