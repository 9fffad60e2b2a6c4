"""Sorting and paging: in every order every token is read exactly once, in both directions, and in that order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import clock
from audit.keyset import Page
from tests.cast import Cast
from tests.tokens.rows import row, undone
from tokens import listing
from tokens.asking import Asked, Sort
from tokens.models import Token

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

_moments = st.integers(-3, 3).map(lambda hours: NOW + hours * HOUR)
_used = st.none() | st.integers(1, 3).map(lambda hours: NOW - hours * HOUR)
_name = st.sampled_from(["a", "A", "b", "Ä", "ä", "東" * 100, "z"])
_facts = st.fixed_dictionaries(
    {
        "name": _name,
        "expires_at": st.none() | _moments,
        "revoked_at": st.none() | st.none() | st.just(NOW - HOUR),
        "last_used_at": _used,
    }
)
sorts = st.sampled_from([f"{minus}{sort}" for sort in Sort for minus in ("", "-")])


@given(facts=st.lists(_facts, max_size=9), size=st.integers(1, 4), sort=sorts)
def test_every_token_is_on_exactly_one_page_in_both_directions(
    cast: Cast, facts: list[dict[str, Any]], size: int, sort: str
) -> None:
    with undone(), clock.at(NOW):
        Token.objects.bulk_create(row(cast.acme, created_at=NOW - 9 * HOUR, **one) for one in facts)
        pages = _forwards(cast, sort, size)
        shown = [token.pk for page in pages for token in page]
        assert sorted(shown) == sorted(Token.objects.values_list("pk", flat=True))
        back = _backwards(cast, sort, size, pages[-1])
        assert [[token.pk for token in page] for page in back] == [[token.pk for token in page] for page in pages]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("expires", ["soon", "late", "never", "gone", "revoked"]),
        ("-expires", ["never", "late", "soon", "revoked", "gone"]),
        ("created", ["late", "gone", "soon", "revoked", "never"]),
        ("-created", ["never", "revoked", "soon", "gone", "late"]),
        ("name", ["gone", "late", "never", "revoked", "soon"]),
        ("-name", ["soon", "revoked", "never", "late", "gone"]),
        ("used", ["late", "revoked", "never", "soon", "gone"]),
        ("-used", ["gone", "soon", "never", "revoked", "late"]),
    ],
)
def test_each_order_is_what_its_column_says(cast: Cast, sort: str, names: list[str]) -> None:
    made: list[tuple[str, dict[str, Any]]] = [
        ("late", {"expires_at": NOW + 9 * HOUR}),
        ("gone", {"expires_at": NOW - HOUR, "last_used_at": NOW - HOUR}),
        ("soon", {"expires_at": NOW + HOUR, "last_used_at": NOW - 2 * HOUR}),
        ("revoked", {"expires_at": NOW + HOUR, "revoked_at": NOW - 2 * HOUR}),
        ("never", {"expires_at": None}),
    ]
    for number, (name, facts) in enumerate(made):
        row(cast.acme, name=name.title(), created_at=NOW + (number - 99) * HOUR, **facts).save(force_insert=True)
    with clock.at(NOW):
        shown = [token.name.lower() for token in _page(cast, sort, "")]
    assert shown == names


def test_a_column_leads_to_its_own_order_and_then_turns_it_around(cast: Cast) -> None:
    for sort, first, second in [
        ("name", "?sort=name", "?sort=-name"),
        ("created", "?sort=-created", "?sort=created"),
        ("used", "?sort=-used", "?sort=used"),
        ("expires", "?sort=-expires", "?"),
    ]:
        column = listing.read(cast.olivia.actor, Asked()).columns[sort]
        assert (column.address, bool(column.direction)) == (first, sort == "expires")
        turned = listing.read(cast.olivia.actor, Asked(sort=first.removeprefix("?sort="))).columns[sort]
        assert turned.address == second


def test_a_cursor_of_another_order_starts_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "TOKENS_PER_PAGE", 1)
    for name in "abc":
        row(cast.acme, name=name, expires_at=NOW).save(force_insert=True)
    for one in (f"{minus}{sort}" for sort in Sort for minus in ("", "-")):
        cursor = _page(cast, one, "").next or ""
        for other in (f"{minus}{sort}" for sort in Sort for minus in ("", "-")):
            assert len(_page(cast, other, cursor)) == 1


def _page(cast: Cast, sort: str, cursor: str) -> Page[Token]:
    return listing.read(cast.olivia.actor, Asked(sort=sort, cursor=cursor)).page


def _rows(cast: Cast, sort: str, size: int, cursor: str) -> Page[Token]:
    """The same without counts, which take longer."""
    return listing.rows(cast.olivia.actor, Asked(sort=sort, cursor=cursor), size=size)


def _forwards(cast: Cast, sort: str, size: int) -> list[Page[Token]]:
    pages = [_rows(cast, sort, size, "")]
    while cursor := pages[-1].next:
        pages.append(_rows(cast, sort, size, cursor))
    return pages


def _backwards(cast: Cast, sort: str, size: int, last: Page[Token]) -> list[Page[Token]]:
    pages = [last]
    while cursor := pages[0].previous:
        pages.insert(0, _rows(cast, sort, size, cursor))
    return pages
