"""When what is made at this door ends: in as many minutes as were asked for, else as policy has it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from audit import clock
from tests import factories
from tests.api import oauth
from tests.api.frontegg.test_api_tokens import made
from tests.api.frontegg.vendor import TENANT_TOKENS, USER_TOKENS, Answer, Vendor, call, vendor
from tests.cast import Cast
from tokens import policy
from tokens.expiry import Lifetime
from tokens.kinds import Kind


@pytest.fixture
def backend(cast: Cast) -> Vendor:
    return vendor("tokens").of(cast.acme.pk)


def lasts(answer: Answer) -> timedelta:
    pair = made(answer)
    return datetime.fromisoformat(pair["expires"]) - datetime.fromisoformat(pair["createdAt"])


def test_without_minutes_it_lasts_as_long_as_policy_offers_first(cast: Cast, backend: Vendor) -> None:
    """For its kind, also where it might never end, and never longer than policy or the asking token allows."""
    users = backend.of(cast.acme.pk, cast.marc.user.pk)
    about = pytest.approx(90 * 86400, abs=60)
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    assert lasts(backend.call("POST", TENANT_TOKENS, {})).total_seconds() == about
    assert lasts(users.call("POST", USER_TOKENS, {"expiresInMinutes": None})).total_seconds() == about
    rules = policy.policy_of(cast.acme).rules
    week = replace(rules.kinds[Kind.TENANT], default=Lifetime.WEEK)
    policy.plan(cast.acme, replace(rules, kinds={**rules.kinds, Kind.TENANT: week}), on=None, by=cast.olivia.actor)
    assert lasts(backend.call("POST", TENANT_TOKENS, {})).total_seconds() == pytest.approx(7 * 86400, abs=60)
    assert lasts(users.call("POST", USER_TOKENS, {})).total_seconds() == about
    policy.change(cast.acme, by=cast.olivia.actor, never=False, max_days=2)
    for answer in (backend.call("POST", TENANT_TOKENS, {}), users.call("POST", USER_TOKENS, {})):
        assert lasts(answer).total_seconds() == pytest.approx(2 * 86400, abs=60)
    token = factories.token(cast.olivia.actor, "tokens:write", kind=Kind.TENANT, lives=timedelta(hours=5))
    mine = made(call("POST", TENANT_TOKENS, {}, **oauth.bearer(token.secret.value)))
    assert token.token.expires_at
    assert datetime.fromisoformat(mine["expires"]) <= token.token.expires_at


def test_an_end_in_minutes(cast: Cast, backend: Vendor) -> None:
    before = clock.now()
    short = made(backend.call("POST", TENANT_TOKENS, {"expiresInMinutes": 5}))
    end = datetime.fromisoformat(short["expires"])
    assert timedelta(minutes=4, seconds=58) < end - before < timedelta(minutes=5, seconds=30)
    policy.change(cast.acme, by=cast.olivia.actor, max_days=1)
    assert backend.call("POST", TENANT_TOKENS, {"expiresInMinutes": 1441}).status_code == 400
