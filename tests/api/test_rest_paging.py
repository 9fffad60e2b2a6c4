"""Page after page while the list moves: what was there at the start is seen once, and nobody else's ever."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import Role
from audit import clock
from tests import factories
from tests.api.rest import Program, fields, strong
from tests.cast import Cast
from tests.tokens.rows import row
from tokens.asking import Sort
from tokens.models import Token

SORTS = [f"/tokens?sort={minus}{sort}" for sort in Sort for minus in ("", "-")]
LISTS = [*SORTS, "/members?", "/roles?", "/ledger?"]


@pytest.mark.parametrize("path", LISTS)
def test_rows_that_come_while_a_list_is_read_move_no_other(cast: Cast, path: str) -> None:
    by = strong(cast)
    _add(cast, "first")
    there = _ids(by, f"{path}&limit=200")
    seen = _walk(by, f"{path}&limit=3", lambda page: _add(cast, f"during {page}"))
    assert [one for one in seen if one in there] == there
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("path", LISTS)
def test_the_row_that_a_cursor_names_may_be_gone(cast: Cast, path: str) -> None:
    """A cursor is a place in the order, not a row."""
    by = strong(cast)
    _add(cast, "first")
    whole = _ids(by, f"{path}&limit=200")
    first = by.get(f"{path}&limit=3").json()
    Token.objects.filter(pk__in=whole[:3]).exclude(pk=by.issued.token.pk).delete()
    assert _ids(by, f"{path}&limit=200&cursor={first['next']}") == whole[3:]


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_of_another_tenant_shows_nothing_of_it(cast: Cast, path: str) -> None:
    theirs, ours = strong_at_globex(cast), strong(cast)
    _add(cast, "ours")
    whole = set(_ids(ours, f"{path}&limit=200"))
    cursor = theirs.get(f"{path}&limit=1").json()["next"]
    found = ours.get(f"{path}&limit=200&cursor={cursor}")
    assert {one["id"] for one in found.json()["items"]} <= whole


@pytest.mark.parametrize("path", ["/tokens", "/members", "/roles", "/ledger"])
def test_a_cursor_is_of_one_list(cast: Cast, path: str) -> None:
    by = strong(cast)
    _add(cast, "some")
    cursor = by.get(f"{path}?limit=1").json()["next"]
    assert fields(by.get(f"/tokens?sort=-used&cursor={cursor}")) == {"cursor"}


def strong_at_globex(cast: Cast) -> Program:
    """A program of the stranger's, with as much to page through."""
    by = Program(factories.token(cast.stella.actor, "tokens:write members:read roles:read ledger:read"))
    for number in range(3):
        factories.token(cast.stella.actor, name=f"Theirs {number}")
        factories.member(factories.person(email=f"g{number}@globex.test"), cast.globex, "viewer")
    return by


def _add(cast: Cast, when: str) -> None:
    """Rows for every list, at both ends and in the middle of each order."""
    now = clock.now()
    for number, days in enumerate((-3, 1, 40, 5)):
        Token.objects.bulk_create([_token(cast, f"{'azm'[number % 3]} {when} {number}", now, days)])
    slug = when.replace(" ", "-")
    factories.member(factories.person(email=f"{slug}@acme.test"), cast.acme, "viewer")
    Role.objects.create(tenant=cast.acme, key=slug, name=when, grants_text="assets:read")


def _token(cast: Cast, name: str, now: datetime, days: int) -> Token:
    """Ended or soon to end, used or not."""
    used = now - timedelta(minutes=days + 10) if days % 2 else None
    made = now - timedelta(days=50 - days)
    end = now + timedelta(days=days)
    return row(cast.acme, cast.marc.membership, name=name, created_at=made, expires_at=end, last_used_at=used)


def _walk(by: Program, path: str, between: Callable[[int], None]) -> list[str]:
    """The ids in reading order; the list is added to between the first pages."""
    page = by.get(path).json()
    seen = [one["id"] for one in page["items"]]
    for number in range(100):
        if page["next"] is None:
            return seen
        if number < 3:
            between(number)
        page = by.get(f"{path}&cursor={page['next']}").json()
        seen += [one["id"] for one in page["items"]]
    raise AssertionError("There is no end of it.")


def _ids(by: Program, path: str) -> list[str]:
    return [one["id"] for one in by.get(path).json()["items"]]
