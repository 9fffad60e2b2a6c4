"""Counts are exact up to a limit, in one statement, however sets lie in each other."""

from typing import Any

import pytest
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from audit import counting
from audit.counting import Rows, counts
from audit.models import Event
from tests.audit.events import write
from tests.tokens.rows import undone

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

LIMIT = 3
rows = st.lists(st.sampled_from("abc"), max_size=9)


def named(*labels: str) -> QuerySet[Any]:
    return Event.objects.filter(actor_label__in=labels)


@given(labels=rows)
def test_a_set_is_counted_up_to_the_limit_whatever_lies_in_it(labels: list[str]) -> None:
    sets: dict[str, Rows] = {
        "all": Event.objects.all(),
        "a": named("a"),
        "b or c": [named("b"), named("c")],
        "nothing": Event.objects.none(),
        "a or b": named("a", "b"),
    }
    sizes = {name: sum(label in name or name == "all" for label in labels) for name in sets}
    with undone(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(counting, "COUNTED", LIMIT)
        write([(0, label, 1) for label in labels])
        expected = {name: min(size, LIMIT + 1) for name, size in sizes.items()}
        assert counts(sets) == expected
        assert counts(sets, {"all": ["b or c", "nothing", "a"], "a or b": ["a"]}) == expected


def test_no_set_is_no_question_and_all_sets_are_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert counts({}) == {}
    with django_assert_num_queries(1):
        counts({"all": Event.objects.all(), "a": named("a"), "b": named("b")}, {"all": ["a", "b"]})


def test_what_is_known_to_be_many_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A set that would break whoever looks at it."""
    monkeypatch.setattr(counting, "COUNTED", LIMIT)
    write([(0, "a", 1)] * (LIMIT + 1))
    broken = Event.objects.extra(where=["1 / (CASE WHEN actor_label = 'a' THEN 0 ELSE 1 END) = 0"])
    assert counts({"all": broken, "a": named("a")}, {"all": ["a"]})["all"] == LIMIT + 1
