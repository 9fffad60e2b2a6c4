"""A token is claimed once, however many ask for it at the same moment, and what ends the waiting ends it once."""

from functools import partial

import pytest
from django.core import mail

from accounts.grants import Grants
from accounts.invitations import SentTooOften
from audit import clock
from audit.actions import Action
from audit.models import Event
from tests.cast import Cast
from tests.races.together import refusals, together
from tests.tokens.offering import sent_long_ago
from tokens import lifecycle, offers, ownership
from tokens.drafts import Draft
from tokens.expiry import Lifetime
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.models import Token
from tokens.once import AlreadyIssued
from tokens.verification import Verified, verify

AT_ONCE = 50
SOME = 10

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(cast: Cast) -> Token:
    """Adam made it for marc."""
    life = Lifetime.MONTH
    draft = Draft(
        kind=Kind.PERSONAL,
        name="For marc",
        grants=Grants.parse("assets:read"),
        expiry=life,
        expires_at=life.end(clock.now()),
        member=cast.marc.membership,
    )
    return offers.make(draft, by=cast.adam.actor)


def try_to_claim(cast: Cast) -> Issued | None:
    try:
        return offers.claim(Token.objects.with_subject().get(), by=cast.marc.actor)
    except AlreadyIssued:
        return None


def test_fifty_claims_at_once_make_one_secret(cast: Cast, waiting: Token) -> None:
    [issued] = [one for one in together([partial(try_to_claim, cast)] * AT_ONCE) if one]
    assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Verified)
    for action in (Action.TOKEN_CLAIMED, Action.TOKEN_REVEALED):
        assert Event.objects.filter(action=action).count() == 1


def test_of_claims_withdrawals_and_revokes_at_once_one_is_first(cast: Cast, waiting: Token) -> None:
    claims = [partial(try_to_claim, cast)] * SOME
    withdrawals = [partial(offers.withdraw, Token.objects.with_subject().get(), by=cast.adam.actor)] * SOME
    results = together([*claims, *withdrawals])
    claimed = [one for one in results if isinstance(one, Issued)]
    assert len(claimed) + results.count(True) == 1
    told = [Action.TOKEN_CLAIMED, Action.TOKEN_OFFER_WITHDRAWN]
    assert Event.objects.filter(action__in=told).count() == 1
    assert Token.objects.with_subject().get().status == ("active" if claimed else "withdrawn")


def test_a_token_revoked_while_it_is_claimed_ends_revoked(cast: Cast, waiting: Token) -> None:
    revoke = partial(lifecycle.revoke, Token.objects.with_subject().get(), by=cast.adam.actor)
    claimed, *_ = together([partial(try_to_claim, cast), revoke, revoke])
    assert Token.objects.with_subject().get().status == "revoked"
    assert not isinstance(claimed, Issued) or not isinstance(verify(claimed.secret.value, address=""), Verified)


def test_of_new_links_at_once_one_is_mailed(cast: Cast, waiting: Token) -> None:
    sent_long_ago()
    deeds = [partial(offers.renew, Token.objects.with_subject().get(), by=cast.adam.actor) for _ in range(SOME)]
    refused = refusals(together(deeds))
    assert (len(refused), len(mail.outbox)) == (SOME - 1, 2)
    assert all(isinstance(one, SentTooOften) for one in refused)
    assert Event.objects.filter(action=Action.TOKEN_OFFER_RENEWED).count() == 1


def test_of_two_who_take_over_at_once_one_is_told_it_was_them(cast: Cast) -> None:
    token = lifecycle.issue(
        Draft(
            kind=Kind.TENANT, name="Feed", grants=Grants.parse("assets:read"), expires_at=Lifetime.WEEK.end(clock.now())
        ),
        by=cast.adam.actor,
    ).token
    Token.objects.update(responsible=None)
    take = [partial(ownership.take_over, Token.objects.all(), by=one.actor) for one in (cast.olivia, cast.adam)]
    assert sorted(together(take * SOME)) == [0] * (2 * SOME - 1) + [1]
    assert Event.objects.about(token.pk).filter(action=Action.TOKEN_TAKEN_OVER).count() == 1
