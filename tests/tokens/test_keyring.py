"""A start with keys that the database does not know is refused, before every good secret looks wrong."""

import pytest
from pytest_django.fixtures import Settings

from accounts.access import Actor
from portal import readiness
from tests import factories
from tests.cast import Cast
from tokens import keyring, lifecycle
from tokens.keys import rotate
from tokens.signatures import Algorithm

KEY = b"k" * 32
pytestmark = pytest.mark.postgres


def test_with_all_keys_nothing_is_missed(cast: Cast) -> None:
    factories.token(cast.marc.actor)
    rotate(Algorithm.ES256, by=Actor.operator())
    assert list(keyring.troubles()) == []


def test_a_key_of_running_tokens_is_missed_until_it_is_declared_lost(cast: Cast, settings: Settings) -> None:
    issued = factories.token(cast.marc.actor)
    settings.TOKEN_TAG_KEYS = {"other": KEY}
    [said] = keyring.troubles()
    assert issued.token.tag_key_id in said
    assert said in readiness.refusals("127.0.0.1")
    settings.TOKEN_TAG_KEYS_LOST = frozenset({issued.token.tag_key_id})
    assert list(keyring.troubles()) == []


def test_a_key_of_ended_tokens_alone_is_not_missed(cast: Cast, settings: Settings) -> None:
    lifecycle.revoke(factories.token(cast.marc.actor).token, by=cast.marc.actor)
    settings.TOKEN_TAG_KEYS = {"other": KEY}
    assert list(keyring.troubles()) == []


@pytest.mark.parametrize("same_id", [True, False])
def test_what_opens_a_signing_key_is_missed(cast: Cast, settings: Settings, same_id: bool) -> None:
    key = rotate(Algorithm.ES256, by=Actor.operator())
    settings.JWT_KEY_ENCRYPTION = {key.encryption_key_id if same_id else "other": KEY}
    [said] = keyring.troubles()
    assert str(key.pk) in said
