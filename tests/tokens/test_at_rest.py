"""How a secret is kept: a slow hash that outlives every key, and a tag that nobody can move or forge."""

import hmac
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from tokens import at_rest
from tokens.at_rest import Owner, Sealed
from tokens.kinds import Kind
from tokens.secret import Secret

KEY_A, KEY_B = b"a" * 32, b"b" * 32
OWNER = Owner(UUID(int=1), UUID(int=2), Kind.PERSONAL)
PART = Secret("0123456789" * 4 + "abc")

owners = st.builds(Owner, st.uuids(), st.uuids(), st.sampled_from(Kind))
parts = st.text("ab", max_size=3).map(Secret)


@given(owners, parts, owners, parts)
def test_a_tag_is_bound_to_id_tenant_kind_and_secret(a: Owner, one: Secret, b: Owner, other: Secret) -> None:
    same = (a, one.value) == (b, other.value)
    assert (at_rest.tag(one, a, KEY_A) == at_rest.tag(other, b, KEY_A)) == same
    assert at_rest.tag(one, a, KEY_A) != at_rest.tag(one, a, KEY_B)


def test_a_tag_is_what_it_was_in_every_version_before() -> None:
    """Its message spelled out, each part after its length: were it to change, no token ever issued would work."""
    parts = (
        b"\0\x10" + bytes(15) + b"\1",
        b"\0\x10" + bytes(15) + b"\2",
        b"\0\x08personal",
        b"\0\x2b" + PART.value.encode(),
    )
    assert at_rest.tag(PART, OWNER, KEY_A) == hmac.new(KEY_A, b"".join(parts), "sha256").hexdigest()


@pytest.mark.parametrize(
    "moved",
    [{"token_id": UUID(int=9)}, {"tenant_id": UUID(int=9)}, {"kind": Kind.TENANT}],
    ids=lambda one: next(iter(one)),
)
def test_a_row_that_was_moved_no_longer_proves_anything(moved: dict[str, Any]) -> None:
    sealed = _tagged(KEY_A, "k1")
    assert at_rest.is_right(PART, OWNER, sealed)
    assert not at_rest.is_right(PART, replace(OWNER, **moved), sealed)


def test_a_wrong_secret_is_wrong() -> None:
    assert not at_rest.is_right(Secret(PART.value[:-1] + "d"), OWNER, _tagged(KEY_A, "k1"))


def test_a_sealed_secret_is_one_way_twice_and_right() -> None:
    sealed = at_rest.seal(PART, OWNER)
    assert at_rest.is_right(PART, OWNER, sealed)
    assert PART.value not in repr(sealed)
    assert PasswordHasher().verify(sealed.hash, PART.value)


def test_the_slow_hash_is_argon2id_at_owasps_minimum_and_salted(
    real_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_rest, "HASHER", real_hasher)
    one, other = at_rest.seal(PART, OWNER), at_rest.seal(PART, OWNER)
    parameters = extract_parameters(one.hash)
    assert parameters.type is Type.ID
    assert (parameters.time_cost, parameters.memory_cost, parameters.parallelism) == (2, 19456, 1)
    assert parameters.salt_len == 16
    assert one.hash != other.hash


def test_a_new_tag_is_made_with_the_first_key(settings: Settings) -> None:
    settings.TOKEN_TAG_KEYS = {"new": KEY_B, "k1": KEY_A}
    assert at_rest.seal(PART, OWNER).key_id == "new"
    assert not at_rest.needs_new_tag(at_rest.seal(PART, OWNER))


def test_during_a_rotation_both_keys_prove_and_the_older_tag_wants_renewing(settings: Settings) -> None:
    settings.TOKEN_TAG_KEYS = {"new": KEY_B, "k1": KEY_A}
    for sealed, old in [(_tagged(KEY_A, "k1"), True), (_tagged(KEY_B, "new"), False)]:
        assert at_rest.is_right(PART, OWNER, sealed)
        assert at_rest.needs_new_tag(sealed) is old


def test_a_key_id_never_vouches_for_another_key(settings: Settings) -> None:
    settings.TOKEN_TAG_KEYS = {"new": KEY_B, "k1": KEY_A}
    assert not at_rest.is_right(PART, OWNER, _tagged(KEY_A, "new"))


def test_an_unknown_key_is_refused_without_asking_the_slow_hash(settings: Settings, slow: list[str]) -> None:
    settings.TOKEN_TAG_KEYS = {"new": KEY_B}
    assert not at_rest.is_right(PART, OWNER, Sealed("none", "0" * 64, "k1"))
    assert slow == []


def test_a_key_declared_lost_falls_back_to_the_slow_hash(settings: Settings, slow: list[str]) -> None:
    hashed = at_rest.seal(PART, OWNER).hash
    settings.TOKEN_TAG_KEYS, settings.TOKEN_TAG_KEYS_LOST = {"new": KEY_B}, frozenset({"k1"})
    assert at_rest.is_right(PART, OWNER, Sealed(hashed, "0" * 64, "k1"))
    assert not at_rest.is_right(Secret("x" * 43), OWNER, Sealed(hashed, "0" * 64, "k1"))
    assert len(slow) == 2


@pytest.mark.parametrize("hashed", ["", "none", "$argon2id$v=19$m=19456,t=2,p=1$broken"])
def test_a_hash_that_is_none_proves_nothing(settings: Settings, hashed: str) -> None:
    settings.TOKEN_TAG_KEYS, settings.TOKEN_TAG_KEYS_LOST = {"new": KEY_B}, frozenset({"k1"})
    assert not at_rest.is_right(PART, OWNER, Sealed(hashed, "0" * 64, "k1"))


def test_no_tag_is_the_tag_of_nothing() -> None:
    assert len(at_rest.NO_TAG) == len(at_rest.tag(PART, OWNER, KEY_A))


@pytest.fixture(autouse=True)
def one_key(settings: Settings) -> None:
    settings.TOKEN_TAG_KEYS, settings.TOKEN_TAG_KEYS_LOST = {"k1": KEY_A}, frozenset()


def _tagged(key: bytes, key_id: str) -> Sealed:
    return Sealed("none", at_rest.tag(PART, OWNER, key), key_id)
