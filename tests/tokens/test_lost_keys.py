"""Server keys come and go while tokens stay: through the check itself, with rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests import factories
from tests.cast import Cast
from tests.tokens.rows import forged
from tokens import lifecycle
from tokens.lifecycle import Issued
from tokens.verification import Reason, Refused, Verified, verify

OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}


@pytest.fixture
def issued(cast: Cast, settings: Settings) -> Issued:
    """Made while `old` was the only key."""
    settings.TOKEN_TAG_KEYS, settings.TOKEN_TAG_KEYS_LOST = OLD, frozenset()
    return factories.token(cast.marc.actor)


def test_a_new_key_writes_a_new_tag_at_the_first_use_and_never_again(
    issued: Issued, settings: Settings, slow: list[str]
) -> None:
    settings.TOKEN_TAG_KEYS = NEW | OLD
    assert isinstance(_check(issued), Verified)
    assert _key_of(issued) == "new"
    with CaptureQueriesContext(connection) as queries:
        assert isinstance(_check(issued), Verified)
    assert len(queries) == 1
    assert slow == []


def test_after_a_rotation_the_old_key_can_go(issued: Issued, settings: Settings, slow: list[str]) -> None:
    settings.TOKEN_TAG_KEYS = NEW | OLD
    _check(issued)
    settings.TOKEN_TAG_KEYS = NEW
    assert isinstance(_check(issued), Verified)
    assert slow == []


def test_a_key_that_vanished_without_a_word_refuses_its_tokens(
    issued: Issued, settings: Settings, slow: list[str]
) -> None:
    settings.TOKEN_TAG_KEYS = NEW
    assert _check(issued) == Refused(Reason.WRONG_SECRET)
    assert (_key_of(issued), slow) == ("old", [])


def test_a_key_declared_lost_is_replaced_by_one_slow_check(issued: Issued, settings: Settings, slow: list[str]) -> None:
    settings.TOKEN_TAG_KEYS, settings.TOKEN_TAG_KEYS_LOST = NEW, frozenset({"old"})
    assert isinstance(_check(issued), Verified)
    assert (_key_of(issued), len(slow)) == ("new", 1)
    assert isinstance(_check(issued), Verified)
    assert len(slow) == 1


def test_a_dead_token_gets_a_new_tag_too_and_stays_dead(
    cast: Cast, issued: Issued, settings: Settings, slow: list[str]
) -> None:
    lifecycle.revoke(issued.token, by=cast.marc.actor)
    settings.TOKEN_TAG_KEYS, settings.TOKEN_TAG_KEYS_LOST = NEW, frozenset({"old"})
    verdicts = [_check(issued), _check(issued)]
    assert [verdict.reason for verdict in verdicts if isinstance(verdict, Refused)] == [Reason.REVOKED] * 2
    assert len(slow) == 1


def test_a_wrong_secret_under_a_lost_key_changes_nothing(issued: Issued, settings: Settings) -> None:
    settings.TOKEN_TAG_KEYS, settings.TOKEN_TAG_KEYS_LOST = NEW, frozenset({"old"})
    assert verify(forged(issued), address="192.0.2.1") == Refused(Reason.WRONG_SECRET)
    assert _key_of(issued) == "old"


def test_wrong_secrets_for_a_known_id_cost_no_slow_hash(issued: Issued, slow: list[str]) -> None:
    verdicts = [verify(forged(issued), address="192.0.2.1") for _ in range(50)]
    assert verdicts == [Refused(Reason.WRONG_SECRET)] * 50
    assert slow == []


def _check(issued: Issued) -> Verified | Refused:
    return verify(issued.secret.value, address="192.0.2.1")


def _key_of(issued: Issued) -> str:
    issued.token.refresh_from_db()
    return issued.token.tag_key_id
