"""Taking scopes away while the token is in use: nobody ever gets more than was asked for last."""

from functools import partial
from threading import Event

import pytest

from accounts.grants import Grants
from tests import factories
from tests.cast import Cast
from tests.races.together import refusals, together
from tokens import lifecycle
from tokens.models import Token
from tokens.verification import Verified, verify

CHECKERS = 6  # with the one who narrows, fewer than a process has connections to PostgreSQL
CHECKS_AT_LEAST = 20
WIDE = "assets:write libraries:read projects:write"
STEPS = ("assets:write libraries:read projects:read", "assets:read libraries:read", "assets:read")

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def granted(secret: str) -> Grants:
    verdict = verify(secret, address="192.0.2.1")
    assert isinstance(verdict, Verified), verdict
    return verdict.grants


def test_what_a_check_grants_only_ever_gets_narrower(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, WIDE)
    secret, by, done = issued.secret.value, cast.marc.actor, Event()
    answered: list[Grants] = []

    def narrow_step_by_step() -> list[Grants]:
        try:
            for step in map(Grants.parse, STEPS):
                lifecycle.narrow(Token.objects.get(), to=step, by=by)
                answered.append(step)
        finally:
            done.set()
        return answered

    def check_all_the_time() -> list[Grants]:
        seen = [Grants.parse(WIDE)]
        while not done.is_set() or len(seen) < CHECKS_AT_LEAST:
            limit = answered[-1] if answered else seen[0]
            found = granted(secret)
            assert limit.covers(found)
            assert seen[-1].covers(found)
            seen.append(found)
        return [*seen, granted(secret)]

    _, *seen = together([narrow_step_by_step, *[check_all_the_time] * CHECKERS])
    assert [checks[-1] for checks in seen] == [Grants.parse(STEPS[-1])] * CHECKERS


def test_two_different_narrowings_at_once_never_add_up(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, WIDE)
    asked = [Grants.parse("assets:write libraries:read"), Grants.parse("projects:write libraries:read")]
    narrow = [partial(lifecycle.narrow, Token.objects.get(), to=grants, by=cast.marc.actor) for grants in asked]
    assert len(refusals(together(narrow))) == 1
    assert granted(issued.secret.value) in asked


def test_a_token_revoked_while_it_is_narrowed_stays_revoked(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor, WIDE)
    by = cast.marc.actor
    narrow = partial(lifecycle.narrow, Token.objects.get(), to=Grants.parse("assets:read"), by=by)
    together([narrow, partial(lifecycle.revoke, Token.objects.get(), by=by)])
    assert not isinstance(verify(issued.secret.value, address="192.0.2.1"), Verified)
