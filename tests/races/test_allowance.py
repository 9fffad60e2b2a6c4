"""As many tokens as policy allows one person, and not one more, however many are asked for at the same moment."""

from functools import partial

import pytest

from audit import clock
from tests import factories
from tests.cast import Cast
from tests.races.together import refusals, together
from tests.tokens.offering import offer
from tokens import policy
from tokens.models import Token

MOST, AT_ONCE = 3, 8

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_of_many_made_at_once_as_many_are_made_as_are_allowed(cast: Cast) -> None:
    """Made by the person, and by somebody else for them to claim."""
    factories.token(cast.marc.actor)
    factories.token(cast.olivia.actor)
    policy.change(cast.acme, by=cast.olivia.actor, per_person=MOST)
    cast.acme.refresh_from_db()
    marc = cast.marc.actor
    own = [partial(factories.token, marc, name=f"own {n}") for n in range(AT_ONCE // 2)]
    theirs = [partial(offer, cast, name=f"for marc {n}") for n in range(AT_ONCE // 2)]
    refused = refusals(together([*own, *theirs]))
    assert len(refused) == AT_ONCE - (MOST - 1)
    assert all("allows each person 3 personal tokens" in str(one) for one in refused)
    assert Token.objects.owned_by(cast.marc.membership).still_running(clock.now()).count() == MOST
