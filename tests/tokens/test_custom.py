"""Rows of custom permissions: whichever way round they are added, they come to the same rights."""

from hypothesis import given
from hypothesis import strategies as st

from accounts.grants import SCOPE_LIMIT, Grant, Grants
from accounts.installed import catalogue
from tokens import custom

PLACES = [place for some in custom.places(catalogue(), catalogue().all_grants()).values() for place in some]
FEW = [place for place in PLACES if place.key in {"devices", "updates", "shared/conversations", "webhooks"}]


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    """Few places and few targets, so that some cover others."""
    place = draw(st.sampled_from(FEW))
    action = draw(st.sampled_from(place.resource.actions)).key
    targets = [(target.key, number) for target in place.resource.targets for number in "123"]
    return place.grant(action, *draw(st.sampled_from([("", ""), *targets])))


@given(st.lists(grants()), st.randoms(use_true_random=False))
def test_rows_added_in_any_order_come_to_the_same_rights(some: list[Grant], random: object) -> None:
    shuffled = sorted(some, key=lambda _: random.random())  # type: ignore[attr-defined]
    first, other = custom.rows_of(some), custom.rows_of(shuffled)
    assert Grants(first) == Grants(other) == Grants(some)
    assert set(first) == set(Grants(some))


@given(st.lists(grants()), grants())
def test_what_is_covered_changes_nothing_and_what_covers_replaces(some: list[Grant], one: Grant) -> None:
    rows = custom.rows_of(some)
    added = custom.add(rows, one)
    covered = Grants(rows).covers(one)
    assert (added.covered_by is not None) is covered
    assert (added.rows == rows) is covered
    assert Grants(added.rows) == Grants((*rows, one))
    assert set(added.rows) == (set(rows) if covered else {*rows, one} - set(added.replaced))


@given(st.lists(grants()))
def test_the_size_is_what_the_scope_takes(some: list[Grant]) -> None:
    rows = custom.rows_of(some)
    assert custom.size(rows) == len(str(Grants(rows)))


def test_what_there_is_no_room_for_is_told_and_not_added() -> None:
    rows: custom.Rows = ()
    for number in range(100):
        added = custom.add(rows, Grant("devices", "read", "", "device", f"{number:0>100}"))
        if added.is_too_long:
            break
        rows = added.rows
    assert added.rows == rows
    assert SCOPE_LIMIT - 130 < len(str(Grants(rows))) <= SCOPE_LIMIT


def test_lists_hold_what_can_be_given_alone() -> None:
    available = Grants.parse("devices:write@group=1 devices:restart shared/messages:send updates:read@device=2")
    found = {place.key: place for some in custom.places(catalogue(), available).values() for place in some}
    assert found.keys() == {"devices", "shared/messages", "updates"}
    assert [one.key for one in custom.actions(found["devices"], available)] == ["read", "write", "restart"]
    assert custom.targets(found["devices"], available) == set()
    assert custom.targets(found["updates"], available) == {("device", "2")}
    assert found["shared/messages"].name == "Shared messages"
