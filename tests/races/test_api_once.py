"""One request that a program repeats because it never saw the answer: twenty at once make one token."""

from functools import partial

import pytest

from audit.actions import Action
from audit.models import Event
from tests.api.rest import NEW, strong
from tests.cast import Cast
from tests.races.together import together
from tokens.models import IdempotencyKey, Token

AT_ONCE = 20

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_one_request_sent_twenty_times_at_once_makes_one_token_and_shows_one_secret(cast: Cast) -> None:
    by = strong(cast)
    answers = together([partial(by.post, "/tokens", NEW, idempotency_key="the-same")] * AT_ONCE)
    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("secret" in answer.json() for answer in answers) == 1
    assert (Token.objects.exclude(pk=by.issued.token.pk).count(), IdempotencyKey.objects.count()) == (1, 1)
    assert Event.objects.filter(action=Action.TOKEN_ISSUED).count() == 2


def test_different_requests_under_one_key_at_once_make_one_token_too(cast: Cast) -> None:
    by = strong(cast)
    wanted = [{**NEW, "name": f"Number {number}"} for number in range(AT_ONCE)]
    answers = together([partial(by.post, "/tokens", body, idempotency_key="the-same") for body in wanted])
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * (AT_ONCE - 1)
    assert Token.objects.exclude(pk=by.issued.token.pk).count() == 1
