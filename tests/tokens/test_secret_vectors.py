"""Test vectors for whoever reads token strings with other software.

Published, and never issued: the ids of real tokens are UUIDv7, these are the nil UUID, the max UUID and a version 4.
They were computed by another program than the one they test.
"""

from uuid import UUID

import pytest

from audit.ids import uuid7
from tokens import secret
from tokens.kinds import Kind
from tokens.secret import Secret

NIL, MAX = UUID(int=0), UUID(int=(1 << 128) - 1)
FOURTH = UUID("00000000-0000-4000-8000-000000000001")

GOOD = [
    ("tpp_000000000000000000000000000000000000000000000000000000000000000000Dr7sH", "tp", Kind.PERSONAL, NIL),
    ("tpt_7n42DGM5Tflk9n8mt7Fhc7yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp11PbGzT", "tp", Kind.TENANT, MAX),
    ("acme2p_000000001VgEh72lXvTXkH003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf3R8MZS", "acme2", Kind.PERSONAL, FOURTH),
]
BAD = {
    "one character changed": "tpp_000000000000000000000000000000000000000000000000000000000000000000Dr7sI",
    "one character short": "tpp_000000000000000000000000000000000000000000000000000000000000000000Dr7s",
    "another case": "TPP_000000000000000000000000000000000000000000000000000000000000000000Dr7sH",
    "checksum of another kind": "tpt_000000000000000000000000000000000000000000000000000000000000000000Dr7sH",
    "checksum missing": "tpp_0000000000000000000000000000000000000000000000000000000000000000000000",
    "a hyphen for the underscore": "tpp-000000000000000000000000000000000000000000000000000000000000000000Dr7sH",
    "digits of another alphabet": "tpp_０00000000000000000000000000000000000000000000000000000000000000000Dr7sH",  # noqa: RUF001
}


@pytest.mark.parametrize(("text", "brand", "kind", "pk"), GOOD)
def test_the_good_vectors_read_as_published(text: str, brand: str, kind: Kind, pk: UUID) -> None:
    parsed = secret.parse(text)
    assert parsed is not None
    assert (parsed.brand, parsed.kind, parsed.id, parsed.secret.value) == (brand, kind, pk, text[-49:-6])


@pytest.mark.parametrize(("text", "brand", "kind", "pk"), GOOD)
def test_the_good_vectors_are_written_as_published(text: str, brand: str, kind: Kind, pk: UUID) -> None:
    assert secret.assemble(brand, kind, pk, Secret(text[-49:-6])).value == text


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_the_bad_vectors_are_refused(text: str) -> None:
    assert secret.parse(text) is None


def test_no_vector_can_ever_be_issued() -> None:
    assert uuid7().version == 7
    assert not [pk for _, _, _, pk in GOOD if pk.version == 7]
