"""One verdict: a token means the same by every way it can be shown, in every state it can be in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts import managing, memberships
from accounts.grants import Grants
from tests import factories
from tests.api import oauth
from tests.api.frontegg import vendor as frontegg
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.jwts import made_before
from tokens import lifecycle, verification
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.verification import Reason, Refused

HERE = "192.0.2.1"


def narrowed(cast: Cast) -> Issued:
    issued = factories.token(cast.marc.actor, "assets:write projects:read")
    lifecycle.narrow(issued.token, to=Grants.parse("assets:read"), by=cast.marc.actor)
    return issued


def of_a_service_user(cast: Cast) -> Issued:
    """Its role, its own rights beside it, and its manager has long gone."""
    worker = factories.worker(cast.olivia.actor, role="viewer", grants="projects:write")
    issued = factories.token(cast.olivia.actor, "assets:read projects:write", service_user=worker)
    managing.add(worker, cast.marc.membership, by=cast.olivia.actor)
    managing.remove(worker, cast.olivia.membership, by=cast.olivia.actor)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    return issued


STATES: dict[str, Callable[[Cast], Issued]] = {
    "active": states.active,
    "narrowed": narrowed,
    "service": of_a_service_user,
    **states.REFUSED,
}
WORKING = {"active": "assets:read", "narrowed": "assets:read", "service": "assets:read projects:write"}
"""What a token in that state can do; in all others it can do nothing."""

type Channel = Callable[[Issued, Issued], str | None]


def bearer(issued: Issued, gateway: Issued) -> str | None:
    return _scope_at_the_api(issued.secret.value)


def exchanged_jwt(issued: Issued, gateway: Issued) -> str | None:
    """Exchanged while the token could still do everything."""
    return _scope_at_the_api(made_before(issued, lifetime=timedelta(hours=1)))


def exchange_now(issued: Issued, gateway: Issued) -> str | None:
    answer = oauth.token(oauth.basic(issued))
    return answer.json()["scope"] if answer.status_code == 200 else None


def exchange_for_frontegg(issued: Issued, gateway: Issued) -> str | None:
    """What the JWT that its clients get may then do here."""
    answer = frontegg.exchange(str(issued.token.pk), issued.secret.value)
    assert answer.status_code in {200, 401, 403}
    return _scope_at_the_api(answer.json()["accessToken"]) if answer.status_code == 200 else None


def introspection(issued: Issued, gateway: Issued) -> str | None:
    return _scope_by_introspection(issued.secret.value, gateway)


def introspection_of_a_jwt(issued: Issued, gateway: Issued) -> str | None:
    return _scope_by_introspection(made_before(issued, lifetime=timedelta(hours=1)), gateway)


def forward_auth(issued: Issued, gateway: Issued) -> str | None:
    return _scope_for_a_proxy(oauth.bearer(issued.secret.value))


def forward_auth_by_key(issued: Issued, gateway: Issued) -> str | None:
    return _scope_for_a_proxy({"X-API-Key": issued.secret.value})


def forward_auth_with_a_jwt(issued: Issued, gateway: Issued) -> str | None:
    return _scope_for_a_proxy(oauth.bearer(made_before(issued, lifetime=timedelta(hours=1))))


CHANNELS: dict[str, Channel] = {
    "Bearer": bearer,
    "a JWT from before": exchanged_jwt,
    "exchange": exchange_now,
    "exchange for Frontegg's clients": exchange_for_frontegg,
    "introspection": introspection,
    "introspection of a JWT": introspection_of_a_jwt,
    "forward-auth": forward_auth,
    "forward-auth by X-API-Key": forward_auth_by_key,
    "forward-auth with a JWT": forward_auth_with_a_jwt,
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("state", STATES)
def test_a_token_means_the_same_on_every_channel(cast: Cast, state: str, channel: str) -> None:
    gateway = factories.token(cast.olivia.actor, kind=Kind.TENANT)
    issued = STATES[state](cast)
    assert CHANNELS[channel](issued, gateway) == WORKING.get(state)


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_asks_the_one_verification_function(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    """Were it to refuse everything, no door would open."""
    gateway, issued = factories.token(cast.olivia.actor, kind=Kind.TENANT), states.active(cast)
    assert CHANNELS[channel](issued, gateway)
    monkeypatch.setattr(verification, "_decide", lambda row, address, **_: Refused(Reason.REVOKED, proven=True))
    assert CHANNELS[channel](issued, gateway) is None


def _scope_at_the_api(text: str) -> str | None:
    answer = Client().get("/api/v1/me", headers=oauth.bearer(text), REMOTE_ADDR=HERE)
    assert answer.status_code in {200, 401}
    scope: str | None = answer.json()["scope"] if answer.status_code == 200 else None
    return scope


def _scope_by_introspection(text: str, gateway: Issued) -> str | None:
    answer = oauth.introspect(oauth.basic(gateway), text, client_address=HERE)
    if answer.status_code == 401:  # who asks is of the same suspended tenant
        return None
    scope: str | None = answer.json().get("scope")
    return scope


def _scope_for_a_proxy(headers: dict[str, str]) -> str | None:
    answer = Client().get("/authz/verify", headers=headers, REMOTE_ADDR=HERE)
    assert answer.status_code in {200, 401}
    return answer["X-Auth-Scopes"] if answer.status_code == 200 else None
