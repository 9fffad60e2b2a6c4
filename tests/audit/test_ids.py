"""Ids sort in the order in which they were made, however fast."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from audit import clock
from audit.ids import uuid7

START = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_ids_are_version_7_of_the_rfcs_variant() -> None:
    for _ in range(100):
        made = uuid7()
        assert made.version == 7
        assert made.variant == "specified in RFC 4122"


def test_two_thousand_ids_of_one_millisecond_keep_their_order() -> None:
    with clock.at(START):
        made = [uuid7() for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == 2000


def test_more_than_a_millisecond_can_count_are_still_all_different() -> None:
    with clock.at(START):
        made = [uuid7() for _ in range(10_000)]
    assert len(set(made)) == 10_000


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=10, unique=True))
def test_ids_of_different_milliseconds_sort_as_the_moments_do(milliseconds: list[int]) -> None:
    made = []
    for moment in milliseconds:
        with clock.at(START + timedelta(milliseconds=moment)):
            made.append(uuid7())
    assert [milliseconds[made.index(one)] for one in sorted(made)] == sorted(milliseconds)


@given(st.integers(0, 10**12))
def test_an_id_begins_with_its_millisecond(milliseconds: int) -> None:
    moment = START + timedelta(milliseconds=milliseconds)
    with clock.at(moment):
        assert uuid7().int >> 80 == int(moment.timestamp() * 1000)


def test_ids_in_hexadecimal_sort_as_the_ids_do() -> None:
    made = [uuid7() for _ in range(500)]
    assert sorted(made) == sorted(made, key=lambda one: one.hex)
