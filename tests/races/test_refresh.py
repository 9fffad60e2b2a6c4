"""A refresh token is good once, and a token has so many of them, however many ask at the same moment."""

from functools import partial

import pytest

from tests import factories
from tests.api.frontegg.vendor import exchange, refresh
from tests.cast import Cast
from tests.races.together import together
from tokens import refreshing
from tokens.models import RefreshToken

AT_ONCE = 50
LIVE, MORE = 5, 20

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_fifty_at_once_refresh_one_token_once(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    token = exchange(str(issued.token.pk), issued.secret.value).json()["refreshToken"]
    answers = together([partial(refresh, token, version) for version in ("v1", "v2") * (AT_ONCE // 2)])
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * (AT_ONCE - 1)
    assert RefreshToken.objects.count() == 1


def test_many_exchanges_at_once_leave_no_more_than_allowed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "MOST", LIVE)
    issued = factories.token(cast.marc.actor)
    answers = together([partial(exchange, str(issued.token.pk), issued.secret.value)] * MORE)
    assert [answer.status_code for answer in answers] == [200] * MORE
    assert RefreshToken.objects.count() == LIVE
