"""One right and the order among rights."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.grants import Grant, GrantError, covers, meet
from tests.accounts.rights import WORLD, any_grant, grant

# --- One grant ------------------------------------------------------------------------------------


@given(any_grant)
def test_a_written_grant_reads_back_as_itself(one: Grant) -> None:
    assert Grant.parse(str(one)) == one


@given(st.text(max_size=40) | st.text("ab:/@=1 \n", max_size=12))
def test_a_text_is_either_refused_with_a_sentence_or_written_back_unchanged(text: str) -> None:
    try:
        one = Grant.parse(text)
    except GrantError as error:
        assert str(error).isprintable()
    else:
        assert str(one) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "assets",
        "assets:",
        ":read",
        "*",
        "assets:*",
        "/assets:read",
        "a/b/assets:read",
        "Assets:read",
        "assets:read:write",
        "assets:read@",
        "assets:read@project",
        "assets:read@project=",
        "assets:read@=1",
        "assets:read@project=a b",
        "assets:read@project=ü",
        "assets:read@project=1\n",
        "assets:read\n",
        "1assets:read",
        "\u0430ssets:read",
        "a" * 65 + ":read",
        "assets:read@project=" + "1" * 129,
    ],
)
def test_what_is_not_a_grant_is_refused(text: str) -> None:
    with pytest.raises(GrantError):
        Grant.parse(text)


@pytest.mark.parametrize(
    "parts", [("a", "read", "", "group"), ("a", "read", "", "", "1"), ("a/b", "read"), ("", "read")]
)
def test_a_grant_with_a_wrong_part_cannot_exist(parts: tuple[str, ...]) -> None:
    with pytest.raises(GrantError):
        Grant(*parts)


def test_a_refusal_does_not_repeat_a_long_text() -> None:
    with pytest.raises(GrantError) as refusal:
        Grant.parse("x" * 10_000)
    assert len(str(refusal.value)) < 250


# --- The order ------------------------------------------------------------------------------------


@given(grant)
def test_covers_is_reflexive(a: Grant) -> None:
    assert covers(a, a)


def test_covers_is_transitive() -> None:
    for a, b in product(WORLD, WORLD):
        if covers(a, b):
            assert all(covers(a, c) for c in WORLD if covers(b, c))


def test_covers_is_antisymmetric() -> None:
    assert all(a == b for a, b in product(WORLD, WORLD) if covers(a, b) and covers(b, a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("assets:write", "assets:read"),
        ("assets:admin", "assets:write"),
        ("assets:read", "assets:read@project=1"),
        ("assets:write", "assets:read@project=1"),
        ("assets:write@project=1", "assets:read@project=1"),
        ("updates:run", "updates:run@device=7f3c"),
    ],
)
def test_a_wider_grant_covers_a_narrower_one_and_not_the_reverse(a: str, b: str) -> None:
    assert covers(Grant.parse(a), Grant.parse(b))
    assert not covers(Grant.parse(b), Grant.parse(a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("assets:read", "projects:read"),
        ("shared/inboxes:read", "private/inboxes:read"),
        ("shared/inboxes:read", "inboxes:read"),
        ("updates:admin", "updates:run"),
        ("updates:run", "updates:read"),
        ("devices:read@group=1", "devices:read@group=2"),
        ("devices:read@group=1", "devices:read@device=1"),
    ],
)
def test_unlike_grants_cover_neither_way_and_share_nothing(a: str, b: str) -> None:
    one, other = Grant.parse(a), Grant.parse(b)
    assert not covers(one, other)
    assert not covers(other, one)
    assert meet(one, other) is None


def test_a_meet_is_the_greatest_grant_that_both_cover() -> None:
    for a, b in product(WORLD, WORLD):
        below_both = {c for c in WORLD if covers(a, c) and covers(b, c)}
        greatest = meet(a, b)
        assert below_both == ({c for c in WORLD if covers(greatest, c)} if greatest else set())


def test_a_meet_takes_the_lower_level_and_the_narrower_target() -> None:
    assert meet(Grant.parse("assets:write@project=1"), Grant.parse("assets:read")) == Grant.parse(
        "assets:read@project=1"
    )
