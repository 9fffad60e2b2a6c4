"""Idempotency: the same request again makes no second token and shows no second secret."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.access import Actor
from accounts.grants import Grants
from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import Cast
from tokens import lifecycle
from tokens.drafts import Draft
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.models import IdempotencyKey, Token
from tokens.once import AlreadyIssued

DRAFT = Draft(kind=Kind.PERSONAL, name="Nightly", grants=Grants.parse("assets:read"), expiry="30d")


def test_the_same_request_again_makes_no_second_token(cast: Cast) -> None:
    first = _issue(cast.marc.actor)
    with pytest.raises(AlreadyIssued) as caught:
        _issue(cast.marc.actor)
    assert caught.value.token == first.token
    assert Token.objects.count() == 1
    assert Event.objects.filter(action=Action.TOKEN_REVEALED).count() == 1


def test_the_end_moves_with_the_clock_and_the_request_is_still_the_same(cast: Cast) -> None:
    _issue(cast.marc.actor)
    with clock.at(clock.now() + timedelta(hours=1)), pytest.raises(AlreadyIssued):
        _issue(cast.marc.actor)


@pytest.mark.parametrize(
    "changed",
    [
        replace(DRAFT, name="Other"),
        replace(DRAFT, description="other"),
        replace(DRAFT, grants=Grants.parse("assets:write")),
        replace(DRAFT, expiry="90d"),
        replace(DRAFT, networks="10.0.0.0/8"),
    ],
    ids=["name", "description", "scopes", "expiry", "networks"],
)
def test_the_same_key_with_another_draft_is_refused(cast: Cast, changed: Draft) -> None:
    _issue(cast.marc.actor)
    with pytest.raises(ValidationError) as caught:
        _issue(cast.marc.actor, changed)
    assert caught.value.code == "idempotency_key_reused"
    assert Token.objects.count() == 1


def test_another_kind_under_the_same_key_is_refused(cast: Cast) -> None:
    _issue(cast.olivia.actor)
    with pytest.raises(ValidationError):
        _issue(cast.olivia.actor, replace(DRAFT, kind=Kind.TENANT))


def test_a_key_is_its_persons_own(cast: Cast) -> None:
    assert _issue(cast.marc.actor).token != _issue(cast.victor.actor).token


def test_a_key_used_in_one_tenant_says_nothing_of_that_token_in_another(cast: Cast) -> None:
    elsewhere = Actor.member(factories.member(cast.marc.user, cast.globex, "developer"), cast.marc.actor.origin)
    _issue(cast.marc.actor)
    with pytest.raises(ValidationError):
        _issue(elsewhere)


def test_without_a_key_every_request_makes_a_token(cast: Cast) -> None:
    assert _issue(cast.marc.actor, key="").token != _issue(cast.marc.actor, key="").token
    assert not IdempotencyKey.objects.exists()


def test_a_key_is_forgotten_after_a_day(cast: Cast) -> None:
    _issue(cast.marc.actor)
    with clock.at(clock.now() + timedelta(hours=24, seconds=1)):
        _issue(cast.marc.actor)
    assert Token.objects.count() == 2
    assert IdempotencyKey.objects.count() == 1


def test_a_refused_draft_leaves_its_key_free(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        _issue(cast.marc.actor, replace(DRAFT, name=""))
    assert _issue(cast.marc.actor).token.name == "Nightly"


def _issue(by: Actor, draft: Draft = DRAFT, key: str = "k1") -> Issued:
    return lifecycle.issue(replace(draft, expires_at=clock.now() + timedelta(days=30)), by=by, key=key)
