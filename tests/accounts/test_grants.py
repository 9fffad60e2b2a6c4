"""The algebra of rights: sets, what is forbidden, and what is effective."""

from itertools import product
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.grants import EMPTY, SCOPE_LIMIT, Forbidden, Grant, GrantError, Grants, covers, effective, meet
from tests.accounts.rights import WORLD, allowed, any_grant, grant, grants, rules

# --- Sets -----------------------------------------------------------------------------------------


@given(st.lists(any_grant, max_size=6))
def test_written_grants_read_back_as_the_same_set(some: list[Grant]) -> None:
    rights = Grants(some)
    assert Grants.parse(str(rights), limit=None) == rights


@given(grants, grants)
def test_sets_are_equal_exactly_when_they_allow_the_same(a: Grants, b: Grants) -> None:
    assert (a == b) == (allowed(a) == allowed(b))
    assert a != b or (hash(a), str(a)) == (hash(b), str(b))


@given(st.lists(grant, max_size=8), st.randoms())
def test_order_and_repetition_do_not_matter(some: list[Grant], random: Random) -> None:
    shuffled = some + some
    random.shuffle(shuffled)
    assert str(Grants(shuffled)) == str(Grants(some))


@given(grants)
def test_no_member_covers_another(rights: Grants) -> None:
    assert not any(covers(a, b) for a, b in product(rights, rights) if a != b)
    assert list(rights) == sorted(rights)


@given(grants, grants)
def test_a_set_covers_what_each_of_its_allowed_rights_covers(a: Grants, b: Grants) -> None:
    assert a.covers(b) == (allowed(a) >= allowed(b))
    assert all(a.covers(one) == (one in allowed(a)) for one in WORLD)


@given(grants)
def test_empty_grants_cover_nothing_and_are_covered_by_all(rights: Grants) -> None:
    assert rights.covers(EMPTY)
    assert EMPTY.covers(rights) == (not rights)
    assert not any(EMPTY.covers(one) for one in WORLD)


def test_empty_grants_are_false_and_written_as_nothing() -> None:
    assert not EMPTY
    assert len(EMPTY) == 0
    assert str(EMPTY) == ""
    assert Grants.parse("") == Grants.parse("  ") == EMPTY


@given(grants, grants)
def test_an_intersection_allows_exactly_what_both_allow(a: Grants, b: Grants) -> None:
    assert allowed(a & b) == allowed(a) & allowed(b)
    assert a & b == b & a
    assert a & a == a


@given(grants, grants, grants)
def test_intersecting_is_associative(a: Grants, b: Grants, c: Grants) -> None:
    assert (a & b) & c == a & (b & c)


@given(grants, grants)
def test_a_union_allows_exactly_what_either_allows(a: Grants, b: Grants) -> None:
    assert allowed(a | b) == allowed(a) | allowed(b)


def test_repeated_spaces_are_forgiven() -> None:
    assert str(Grants.parse("  b:read   a:write a:read ")) == "a:write b:read"


@pytest.mark.parametrize("space", ["\t", "\n", "\u00a0", ",", "\r\n"])
def test_no_other_separator_is_understood(space: str) -> None:
    with pytest.raises(GrantError):
        Grants.parse(f"a:read{space}b:read")


def test_a_scope_may_take_its_limit_and_not_a_byte_more() -> None:
    full = "a:read".ljust(SCOPE_LIMIT - len(" b:read")) + " b:read"
    assert str(Grants.parse(full)) == "a:read b:read"
    with pytest.raises(GrantError, match="2,049 bytes; 2,048 is the limit"):
        Grants.parse(full + " ")


def test_a_stored_role_may_be_longer_than_a_scope() -> None:
    role = " ".join(f"resource-{number}:read" for number in range(200))
    assert len(Grants.parse(role, limit=None)) == 200


# --- Forbidden scopes -----------------------------------------------------------------------------


@given(grants, rules)
def test_nothing_forbidden_stays_usable(rights: Grants, forbidden: Forbidden) -> None:
    left = allowed(rights.without(forbidden))
    for rule in forbidden:
        assert not any(covers(one, rule) for one in left)
        assert not any(covers(rule, one) for one in left if one.action == rule.action)


@given(grants, rules)
def test_subtracting_never_adds(rights: Grants, forbidden: Forbidden) -> None:
    assert rights.covers(rights.without(forbidden))


@given(grants, rules)
def test_subtracting_takes_only_what_uses_something_forbidden(rights: Grants, forbidden: Forbidden) -> None:
    left = rights.without(forbidden)
    for member in rights:
        for one in WORLD:
            if covers(member, one) and one.target == member.target:
                uses = any((shared := meet(one, rule)) and shared.action == rule.action for rule in forbidden)
                assert left.covers(one) or uses


@given(grants, rules, rules)
def test_rules_may_be_written_in_any_order_and_subtracted_twice(rights: Grants, a: Forbidden, b: Forbidden) -> None:
    once = rights.without(Forbidden(a.rules + b.rules))
    assert once == rights.without(Forbidden(b.rules + a.rules)) == once.without(a)


@example(
    rights=Grants.parse("a:admin@group=1 a:read"), a=Forbidden.parse("a:write"), b=Forbidden.parse("a:read@group=2")
)
@given(grants, rules, rules)
def test_one_after_the_other_leaves_no_more_than_both_at_once(rights: Grants, a: Forbidden, b: Forbidden) -> None:
    """It may leave less: what the first lowers can be covered by what the second takes whole."""
    assert rights.without(Forbidden(a.rules + b.rules)).covers(rights.without(a).without(b))


@given(grants)
def test_forbidding_nothing_takes_nothing(rights: Grants) -> None:
    assert rights.without(Forbidden()) == rights


@given(grants)
def test_whoever_is_forbidden_all_that_they_hold_falls_below_it(rights: Grants) -> None:
    left = rights.without(Forbidden(tuple(rights)))
    assert not any(left.covers(member) for member in rights)


@given(rules)
def test_written_rules_read_back_as_the_same(forbidden: Forbidden) -> None:
    assert set(Forbidden.parse(str(forbidden))) == set(forbidden)


def test_forbidding_reading_and_writing_is_more_than_forbidding_writing() -> None:
    assert effective("assets:admin", forbidden="assets:write assets:read") == EMPTY
    assert str(effective("assets:admin", forbidden="assets:write")) == "assets:read"


@pytest.mark.parametrize(
    ("rights", "forbidden", "left"),
    [
        ("assets:write", "assets:write", "assets:read"),
        ("assets:admin", "assets:write", "assets:read"),
        ("assets:admin", "assets:admin", "assets:write"),
        ("assets:admin projects:read", "assets:read", "projects:read"),
        ("assets:write@project=1", "assets:write", "assets:read@project=1"),
        ("assets:write", "assets:read@project=1", ""),
        ("assets:write", "assets:write@project=1", "assets:read"),
        ("assets:write@project=2", "assets:write@project=1", "assets:write@project=2"),
        ("updates:run updates:write", "updates:run", "updates:write"),
        ("updates:run updates:write", "updates:read", "updates:run"),
        ("shared/inboxes:read", "private/inboxes:read", "shared/inboxes:read"),
        ("assets:admin", "assets:admin assets:read", ""),
    ],
)
def test_a_forbidden_right_leaves_the_level_below_or_nothing(rights: str, forbidden: str, left: str) -> None:
    assert str(Grants.parse(rights).without(Forbidden.parse(forbidden))) == left


# --- What is effective ----------------------------------------------------------------------------


@given(st.lists(grants, min_size=1, max_size=4), rules)
def test_effective_grants_never_exceed_any_part(parts: list[Grants], forbidden: Forbidden) -> None:
    left = effective(*map(str, parts), forbidden=str(forbidden))
    assert all(part.covers(left) for part in parts)
    assert allowed(left) <= set.intersection(*map(allowed, parts))
    assert left.without(forbidden) == left


@given(grants)
def test_one_empty_part_makes_all_of_it_nothing(rights: Grants) -> None:
    assert effective(str(rights), "") == EMPTY
    assert effective("", str(rights)) == EMPTY


@given(grants)
def test_one_part_alone_is_itself(rights: Grants) -> None:
    assert effective(str(rights)) == rights


def test_no_part_at_all_is_nothing() -> None:
    assert effective() == EMPTY


def test_forbidding_comes_after_intersecting() -> None:
    assert str(effective("a:write", "a:write@group=1", forbidden="a:write@group=2")) == "a:write@group=1"


def test_the_same_texts_are_worked_out_once() -> None:
    assert effective("a:write b:read", "a:read") is effective("a:write b:read", "a:read")


def test_a_stored_text_that_is_no_scope_fails_closed() -> None:
    with pytest.raises(GrantError):
        effective("a:read", "a:*")


@given(grants, grant, grants)
def test_widening_one_part_never_takes_a_right_away(part: Grants, more: Grant, other: Grants) -> None:
    wider = effective(str(part | Grants([more])), str(other))
    assert wider.covers(effective(str(part), str(other)))
