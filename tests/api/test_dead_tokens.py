"""When the secret itself was right, its holder is told what became of the token."""

from datetime import datetime

import pytest
from django.test import Client

from tests.cast import Cast
from tests.tokens import states

ME = "/api/v1/me"


@pytest.mark.parametrize("state", states.REFUSED)
def test_a_dead_token_says_why(cast: Cast, client: Client, state: str) -> None:
    issued = states.REFUSED[state](cast)
    answer = client.get(ME, headers={"Authorization": f"Bearer {issued.secret.value}"})
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (401, 401, f"token_{states.reason(state)}")
    assert states.reason(state).replace("_", " ") in body["detail"]
    assert answer["WWW-Authenticate"] == 'Bearer realm="token-portal", error="invalid_token"'
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("state", ["revoked", "expired"])
def test_it_says_since_when(cast: Cast, client: Client, state: str) -> None:
    issued = states.REFUSED[state](cast)
    since = client.get(ME, headers={"Authorization": f"Bearer {issued.secret.value}"}).json()["since"]
    assert datetime.fromisoformat(since) == issued.token.ends_at


@pytest.mark.parametrize("state", states.REFUSED)
def test_it_says_nothing_of_whose_it_was(cast: Cast, client: Client, state: str) -> None:
    issued = states.REFUSED[state](cast)
    text = client.get(ME, headers={"Authorization": f"Bearer {issued.secret.value}"}).content.decode()
    for part in ("Marc", "Acme", "acme", str(issued.token.pk), "assets"):
        assert part not in text
