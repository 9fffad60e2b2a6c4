"""Keyset paging: whatever the rows, every one is read exactly once, forwards and backwards; no cursor breaks it."""

import pytest
from django.core import signing
from django.db.models import Q, QuerySet
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from audit import keyset
from audit.keyset import Page, Phase
from audit.models import Event
from tests.audit.events import write
from tests.tokens.rows import undone

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ORDERS = [("id",), ("-id",), ("at", "id"), ("-at", "-id"), ("actor_label", "id"), ("-actor_label", "-id")]

labels = st.sampled_from(["", "a", "B", "b", "Ä", "東" * 100, "🚀" * 100, '"\\']) | st.text(
    st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=3
)
events = st.lists(st.tuples(st.integers(0, 3), labels, st.sampled_from([1, 2])), max_size=12)
orders = st.sampled_from(ORDERS)
of_moments = st.sampled_from(ORDERS[:4])
ALL: QuerySet[Event] = Event.objects.all()


@given(rows=events, size=st.integers(1, 4), first=orders, second=st.none() | orders)
def test_every_row_is_on_exactly_one_page_in_both_directions(
    rows: list[tuple[int, str, int]], size: int, first: tuple[str, ...], second: tuple[str, ...] | None
) -> None:
    with undone():
        write(rows)
        phases = _phases(first, second)
        expected = [row.pk for phase in phases for row in _rows(phase)]
        pages = _forwards(phases, size)
        assert [row.pk for page in pages for row in page] == expected
        assert all(len(page) == size for page in pages[:-1])
        back = _backwards(phases, size, pages[-1])
        assert [row.pk for page in back for row in page] == expected
        assert [(page.previous is None, page.next is None) for page in back] == [
            (page.previous is None, page.next is None) for page in pages
        ]


@given(rows=events, size=st.integers(1, 4), first=of_moments, second=of_moments)
def test_phases_that_are_read_together_make_the_same_pages(
    rows: list[tuple[int, str, int]], size: int, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    with undone():
        write(rows)
        phases = _phases(first, second)
        pages, together = _forwards(phases, size), _forwards(phases, size, ALL)
        assert together == pages
        assert _backwards(phases, size, together[-1], ALL) == _backwards(phases, size, pages[-1])


def test_phases_that_are_read_together_are_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    write([(0, "a", 1), (1, "b", 2)])
    with django_assert_num_queries(1):
        assert len(keyset.page(_phases(("at", "id"), ("-at", "-id")), "", size=2, shown=ALL)) == 2


def test_the_first_page_has_nothing_before_it_and_the_last_nothing_after() -> None:
    write([(0, "a", 1)] * 5)
    pages = _forwards(_phases(("id",), None), 2)
    assert [(page.previous is not None, page.next is not None) for page in pages] == [
        (False, True),
        (True, True),
        (True, False),
    ]


def test_an_empty_list_is_one_empty_page() -> None:
    assert keyset.page(_phases(("id",), ("-id",)), "", size=2) == Page([], None, None)


def test_rows_that_come_and_go_move_nobody_to_another_page() -> None:
    made = write([(number, "a", 1) for number in range(6)])
    phases = _phases(("at", "id"), None)
    first = keyset.page(phases, "", size=2)
    made[0].delete()
    made[1].delete()
    write([(0, "late", 1)])
    assert first.next
    assert [row.pk for row in keyset.page(phases, first.next, size=2)] == [made[2].pk, made[3].pk]


@given(cursor=st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_whatever_is_no_cursor_is_the_first_page(cursor: str) -> None:
    with undone():
        made = write([(0, "a", 1), (1, "b", 1)])
        assert [row.pk for row in keyset.page(_phases(("id",), None), cursor, size=1)] == [made[0].pk]


@given(place=st.integers(0, 500), shift=st.integers(1, 126))
def test_a_cursor_that_was_tampered_with_is_the_first_page(place: int, shift: int) -> None:
    with undone():
        made = write([(0, "a", 1), (1, "b", 1)])
        phases = _phases(("at", "id"), None)
        cursor = keyset.page(phases, "", size=1).next or ""
        place %= len(cursor)
        spoilt = cursor[:place] + chr((ord(cursor[place]) + shift) % 127) + cursor[place + 1 :]
        assert [row.pk for row in keyset.page(phases, spoilt, size=1)] == [made[0].pk]


@pytest.mark.parametrize("made_for", ORDERS)
@pytest.mark.parametrize("used_for", ORDERS)
def test_a_cursor_of_another_order_is_the_first_page(made_for: tuple[str, ...], used_for: tuple[str, ...]) -> None:
    write([(number, "abc"[number], 1) for number in range(3)])
    cursor = keyset.page(_phases(made_for, None), "", size=1).next or ""
    phases = _phases(used_for, None)
    first = [row.pk for row in keyset.page(phases, "", size=1)]
    assert ([row.pk for row in keyset.page(phases, cursor, size=1)] == first) is (made_for != used_for)


@pytest.mark.parametrize("other", [[], [0, False], [9, False, ["id"], []], [0, False, ["id"], [], "more"]])
def test_a_cursor_of_another_version_is_the_first_page(other: list[object]) -> None:
    made = write([(0, "a", 1)])
    cursor = signing.Signer(salt=keyset.SALT).sign_object(other)
    assert [row.pk for row in keyset.page(_phases(("id",), None), cursor, size=1)] == [made[0].pk]


def _phases(first: tuple[str, ...], second: tuple[str, ...] | None) -> list[Phase[Event]]:
    """One list of all, or two: those that count one, then those that count two."""
    if second is None:
        return [Phase(Event.objects.all(), first)]
    return [Phase(Event.objects.all(), order, Q(count=count)) for count, order in ((1, first), (2, second))]


def _rows(phase: Phase[Event]) -> QuerySet[Event]:
    return phase.rows.filter(phase.within or Q()).order_by(*phase.order)


def _forwards(phases: list[Phase[Event]], size: int, shown: QuerySet[Event] | None = None) -> list[Page[Event]]:
    pages = [keyset.page(phases, "", size=size, shown=shown)]
    while cursor := pages[-1].next:
        pages.append(keyset.page(phases, cursor, size=size, shown=shown))
    return pages


def _backwards(
    phases: list[Phase[Event]], size: int, last: Page[Event], shown: QuerySet[Event] | None = None
) -> list[Page[Event]]:
    pages = [last]
    while cursor := pages[0].previous:
        pages.insert(0, keyset.page(phases, cursor, size=size, shown=shown))
    return pages
