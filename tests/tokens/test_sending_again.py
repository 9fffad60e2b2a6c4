"""A new claim link: with a pause, to people who are here, and with the truth about whether its mail left."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from accounts import memberships
from accounts.models import User
from audit import clock
from audit.models import Event
from tests.api.rest import Program, program
from tests.cast import Cast, SignIn
from tests.tokens.offering import mailed_path, offer, reread, sent_long_ago
from tests.tokens.pages import FORM, LIST, NEW
from tokens.models import Offer, Token


@pytest.fixture
def adam(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.adam.user)


@pytest.fixture
def strong(cast: Cast) -> Program:
    return program(cast.adam.actor, "tokens:write assets:read")


def said(adam: Client, token: Token) -> str:
    """What the page says after its button."""
    return adam.post(f"{LIST}{token.pk}/renew/", follow=True).content.decode()


def away(*args: object, **kwargs: object) -> Any:
    raise ConnectionRefusedError


# --- The pause -------------------------------------------------------------------------------------


def test_within_a_minute_no_second_mail_leaves_by_either_door(cast: Cast, adam: Client, strong: Program) -> None:
    with time_machine.travel(clock.now(), tick=False) as moved:
        token = offer(cast)
        first = mailed_path()
        moved.shift(timedelta(seconds=59))
        assert "got a mail within the last minute" in said(adam, token)
        early = strong.post(f"/tokens/{token.pk}/renew")
        assert (early.status_code, early.json()["code"], early["Retry-After"]) == (429, "too_many_requests", "1")
        assert (len(mail.outbox), mailed_path()) == (1, first)
        moved.shift(timedelta(seconds=1))
        assert strong.post(f"/tokens/{token.pk}/renew").status_code == 200
        assert "got a mail within the last minute" in said(adam, token)
    assert len(mail.outbox) == 2
    assert Event.objects.filter(action="token.offer_renewed").count() == 1


# --- Who is not here -------------------------------------------------------------------------------


AWAY: dict[str, Callable[[Cast], object]] = {
    "removed": lambda cast: memberships.remove(cast.marc.membership, by=cast.olivia.actor),
    "suspended": lambda cast: memberships.suspend(cast.marc.membership, by=cast.olivia.actor),
    "closed": lambda cast: User.objects.filter(pk=cast.marc.user.pk).update(is_active=False),
}


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("removed", "Marc Test does not belong to Acme any more. Withdraw this token."),
        ("suspended", "Marc Test is suspended. Resume them, then send a new link."),
        ("closed", "The account of Marc Test is closed. Withdraw this token."),
    ],
)
def test_whoever_cannot_claim_it_is_sent_nothing(
    cast: Cast, adam: Client, strong: Program, state: str, reason: str
) -> None:
    token = offer(cast)
    sent_long_ago()
    AWAY[state](cast)
    until, page = reread(token).claim_until, said(adam, token)
    assert reason in page
    assert "Send a new link" not in page
    refused = strong.post(f"/tokens/{token.pk}/renew")
    assert (refused.status_code, refused.json()["errors"][0]["message"]) == (422, reason)
    assert (len(mail.outbox), reread(token).claim_until) == (1, until)
    assert "Token withdrawn" in adam.post(f"{LIST}{token.pk}/withdraw/", follow=True).content.decode()


# --- Mail that does not leave ----------------------------------------------------------------------


def test_an_offer_whose_mail_did_not_leave_says_so_until_one_does(
    cast: Cast, adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", away)
        made = adam.post(NEW, {**FORM, "subject": f"member:{cast.marc.membership.pk}"}, follow=True)
        assert "the mail about it could not be sent" in made.content.decode()
        token = Token.objects.get()
        assert "There is a new link, but its mail could not be sent" in said(adam, token)
        assert "they see it here alone" in adam.get(f"{LIST}{token.pk}/").content.decode()
    assert not mail.outbox
    told = said(adam, token)
    assert "A new link is on its way to marc@acme.test" in told
    assert "They got a link by email" in told
    assert Offer.objects.get().undelivered is False


def test_a_program_is_told_too(cast: Cast, strong: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"name": "x", "scope": "assets:read", "lifetime": "7d"}
    for_marc = {**body, "member_id": str(cast.marc.membership.pk)}
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", away)
        made = strong.post("/tokens", for_marc).json()
        assert made["delivered"] is False
        assert strong.post(f"/tokens/{made['id']}/renew").json()["delivered"] is False
    assert strong.post(f"/tokens/{made['id']}/renew").json()["delivered"] is True
    assert strong.post("/tokens", {**body, "kind": "tenant"}).json()["delivered"] is None
