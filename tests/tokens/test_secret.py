"""The token string: what is put together comes apart again, nothing else does, and it never shows itself."""

import copy
import os
import pickle
import re
from uuid import UUID
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokens import secret
from tokens.kinds import Kind
from tokens.secret import ALPHABET, LOOKS_LIKE_A_TOKEN, Secret

brands = st.from_regex(r"[a-z][a-z0-9]{1,6}", fullmatch=True)
kinds = st.sampled_from(Kind)
ids = st.uuids()
secrets = st.text(ALPHABET, min_size=43, max_size=43).map(Secret)
ID = UUID("01a1b2c3-d4e5-7f60-8123-456789abcdef")
PART = Secret("0123456789" * 4 + "abc")


# --- There and back -------------------------------------------------------------------------------


@given(brands, kinds, ids, secrets)
def test_a_token_string_comes_apart_into_what_it_was_made_of(brand: str, kind: Kind, pk: UUID, part: Secret) -> None:
    parsed = secret.parse(secret.assemble(brand, kind, pk, part).value)
    assert parsed is not None
    assert (parsed.brand, parsed.kind, parsed.id, parsed.secret.value) == (brand, kind, pk, part.value)


@given(brands, kinds, ids, secrets)
def test_a_token_string_has_fixed_widths_and_the_public_shape(brand: str, kind: Kind, pk: UUID, part: Secret) -> None:
    text = secret.assemble(brand, kind, pk, part).value
    assert len(text) == len(brand) + 1 + 1 + 22 + 43 + 6
    assert re.fullmatch(r"[a-z][a-z0-9]{1,6}[a-z]_[0-9A-Za-z]{71}", text)
    assert text.startswith(f"{brand}{kind.letter}_")


@given(st.integers(min_value=0, max_value=62**43 - 1))
def test_base62_reads_back_what_it_wrote(number: int) -> None:
    digits = secret.encode(number, 43)
    assert len(digits) == 43
    assert set(digits) <= set(ALPHABET)
    assert secret.decode(digits) == number


@given(st.integers(0, 62**6 - 1), st.integers(0, 62**6 - 1))
def test_base62_sorts_as_the_numbers_do(a: int, b: int) -> None:
    assert (secret.encode(a, 6) < secret.encode(b, 6)) == (a < b)


# --- Refused --------------------------------------------------------------------------------------


@given(kinds, ids, secrets, st.data())
def test_any_other_character_anywhere_is_refused(kind: Kind, pk: UUID, part: Secret, data: st.DataObject) -> None:
    text = secret.assemble("tp", kind, pk, part).value
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET + "_-. é\n\x00").filter(lambda one: one != text[place]))
    assert secret.parse(text[:place] + other + text[place + 1 :]) is None


@given(kinds, ids, secrets, st.data())
def test_two_neighbours_that_changed_places_are_refused(
    kind: Kind, pk: UUID, part: Secret, data: st.DataObject
) -> None:
    text = secret.assemble("tp", kind, pk, part).value
    place = data.draw(st.integers(0, len(text) - 2))
    turned = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert turned == text or secret.parse(turned) is None


@given(st.text())
def test_random_text_is_refused(text: str) -> None:
    assert secret.parse(text) is None


@pytest.mark.parametrize("change", [" {}", "{} ", "{}\n", "{}0", "\t{}", "Bearer {}", "{}{}", ""])
def test_nothing_may_stand_around_a_token(change: str) -> None:
    text = secret.assemble("tp", Kind.PERSONAL, ID, PART).value
    assert secret.parse(change.format(text, text)) is None


def test_an_id_part_beyond_128_bits_is_refused_although_its_checksum_is_right() -> None:
    assert secret.parse(_with_id((1 << 128) - 1)) is not None
    assert secret.parse(_with_id(1 << 128)) is None
    assert secret.parse(_with_id(62**22 - 1)) is None


def test_a_kind_that_does_not_exist_is_refused_although_its_checksum_is_right() -> None:
    body = f"tpx_{secret.encode(ID.int, 22)}{PART.value}"
    assert secret.parse(body + secret.encode(crc32(body.encode()), 6)) is None


# --- Kept to itself -------------------------------------------------------------------------------


def test_a_secret_prints_as_stars_in_every_form() -> None:
    shown = [repr(PART), str(PART), f"{PART}", f"{PART!r}", f"{PART:>60}", f"{PART!s:.5}", "%s" % PART]  # noqa: UP031
    shown += [repr([PART]), repr({"secret": PART}), repr(secret.parse(_with_id(ID.int)))]
    assert not [text for text in shown if PART.value[:8] in text]
    assert repr(PART) == "Secret(***)"


def test_a_secret_cannot_be_pickled_or_copied() -> None:
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(PART)


def test_a_secret_has_no_attributes_to_print() -> None:
    with pytest.raises(TypeError):
        vars(PART)


def test_every_minted_secret_is_another_one() -> None:
    minted = {secret.mint().value for _ in range(1000)}
    assert len(minted) == 1000
    assert {len(one) for one in minted} == {43}


def test_a_minted_secret_is_all_256_bits_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = bytes(range(200, 232))
    monkeypatch.setattr(os, "urandom", lambda count: drawn[:count])
    assert secret.decode(secret.mint().value) == int.from_bytes(drawn)


# --- Named and found ------------------------------------------------------------------------------


@given(kinds, ids)
def test_a_hint_shows_the_end_of_the_id_and_nothing_of_the_secret(kind: Kind, pk: UUID) -> None:
    shown = secret.hint("tp", kind, pk)
    assert shown == f"tp{kind.letter}_…{secret.encode(pk.int, 22)[-6:]}"


@given(brands, kinds, ids, secrets, st.sampled_from(["{}", "a={}&b", "({})", "Bearer {}", "x\n{}\ny", "é{}é", "/{}/"]))
def test_a_token_is_found_in_any_text(brand: str, kind: Kind, pk: UUID, part: Secret, around: str) -> None:
    text = secret.assemble(brand, kind, pk, part).value
    assert LOOKS_LIKE_A_TOKEN.findall(around.format(text)) == [text]


def test_longer_and_shorter_runs_are_no_tokens() -> None:
    text = secret.assemble("tp", Kind.PERSONAL, ID, PART).value
    assert not LOOKS_LIKE_A_TOKEN.search(text[:-1])
    assert not LOOKS_LIKE_A_TOKEN.search(f"{text}0")
    assert not LOOKS_LIKE_A_TOKEN.search(f"X{text}")


def _with_id(number: int) -> str:
    body = f"tpp_{secret.encode(number, 22)}{PART.value}"
    return body + secret.encode(crc32(body.encode()), 6)
