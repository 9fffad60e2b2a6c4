"""Guessing is told to wait; a good token from the same address never is."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django.fixtures import Settings

from api import limits
from audit.ids import uuid7
from tests import factories
from tests.cast import Cast
from tests.tokens import states
from tests.tokens.rows import forged
from tokens import secret
from tokens.kinds import Kind

ME = "/api/v1/me"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Stands still: a slow machine must not begin another window in the middle of a test."""
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def guess() -> str:
    return secret.assemble("tp", Kind.PERSONAL, uuid7(), secret.mint()).value


def test_after_so_many_wrong_tokens_an_address_is_told_to_wait(db: None, client: Client, guess: str) -> None:
    found = [ask(client, guess).status_code for _ in range(limits.FAILURES_PER_WINDOW + 3)]
    assert found == [401] * limits.FAILURES_PER_WINDOW + [429] * 3


def test_the_answer_says_how_long_and_names_no_token(db: None, client: Client, guess: str) -> None:
    too_many(client, guess)
    answer = ask(client, guess)
    assert 1 <= int(answer["Retry-After"]) <= limits.WINDOW_SECONDS
    assert answer.json()["code"] == "too_many_failures"
    assert "WWW-Authenticate" not in answer


def test_a_good_token_still_passes_and_a_dead_one_is_still_told_why(cast: Cast, client: Client, guess: str) -> None:
    good, dead = factories.token(cast.marc.actor), states.revoked(cast)
    too_many(client, guess)
    assert ask(client, good.secret.value).status_code == 200
    assert ask(client, dead.secret.value).json()["code"] == "token_revoked"


def test_another_address_is_not_held_up(db: None, client: Client, guess: str) -> None:
    too_many(client, guess)
    assert ask(client, guess, "192.0.2.9").status_code == 401


def test_an_address_cannot_be_made_up(db: None, client: Client, guess: str) -> None:
    too_many(client, guess)
    assert ask(client, guess, **{"X-Forwarded-For": "192.0.2.77"}).status_code == 429


def test_behind_a_proxy_it_is_the_client_who_waits(db: None, settings: Settings, client: Client, guess: str) -> None:
    settings.TRUSTED_PROXIES = ("127.0.0.1",)
    for _ in range(limits.FAILURES_PER_WINDOW + 1):
        last = ask(client, guess, **{"X-Forwarded-For": "192.0.2.77"})
    assert last.status_code == 429
    assert ask(client, guess, **{"X-Forwarded-For": "192.0.2.78"}).status_code == 401


def test_wrong_secrets_of_a_known_token_count_and_never_lock_it(cast: Cast, client: Client) -> None:
    issued = factories.token(cast.marc.actor)
    too_many(client, forged(issued))
    assert ask(client, forged(issued)).status_code == 429
    assert ask(client, issued.secret.value).status_code == 200


@pytest.mark.parametrize("text", ["x", "tpp_" + "0" * 71, ""])
def test_what_is_no_token_does_not_count(db: None, client: Client, text: str) -> None:
    found = {ask(client, text).status_code for _ in range(limits.FAILURES_PER_WINDOW + 5)}
    assert found == {401}


def test_dead_tokens_do_not_count(cast: Cast, client: Client) -> None:
    dead = states.revoked(cast)
    assert {ask(client, dead.secret.value).status_code for _ in range(limits.FAILURES_PER_WINDOW + 5)} == {401}


def test_after_a_window_the_count_begins_anew(
    db: None, client: Client, guess: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    too_many(client, guess)
    now[0] += limits.WINDOW_SECONDS - 1
    assert ask(client, guess).status_code == 429
    now[0] += 1
    assert ask(client, guess).status_code == 401


def test_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ADDRESSES_REMEMBERED", 10)
    for number in range(100):
        limits.count_failure(f"192.0.2.{number}")
    assert len(limits._failures) == 10


def too_many(client: Client, text: str) -> None:
    for _ in range(limits.FAILURES_PER_WINDOW):
        ask(client, text)


def ask(client: Client, text: str, address: str = "127.0.0.1", **headers: str) -> Any:
    return client.get(ME, headers={"Authorization": f"Bearer {text}", **headers}, REMOTE_ADDR=address)
