"""Real names pass, in every script; what hides, turns around or moves does not, at any door."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts import profile, provisioning
from accounts.access import Actor
from accounts.readable import is_readable
from tests.cast import Cast

HIDDEN = [
    "\u200b",
    "\u200b\u200b",
    "Adam \x1b[31mRED",
    "Adam \u202eX",
    "Ad\u200dam",
    "\u2066x\u2069",
    "a\u2028b",
    "a\nb",
    "\ufeffa",
    "\u3164",
    "\u2800",
    "\u0301",
    "\x00",
    "\ud800",
    "\u00a0",
]


NAMES = ["Ünal Şahin", "עדי לוי", "नेहा", "क्\u200dष", "می\u200cمی", "王小明", "O\u2019Neil-Łódź", "👩\u200d🚀 Mae", "4"]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_people_pass(name: str) -> None:
    assert is_readable(name)


@pytest.mark.parametrize("name", HIDDEN)
def test_what_cannot_be_read_does_not(name: str) -> None:
    assert not is_readable(name)


@given(st.text(st.characters(categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1), st.text(max_size=5))
def test_no_control_passes_wherever_it_stands(controls: str, around: str) -> None:
    assert not is_readable(around + controls + around)


def test_lines_are_for_longer_texts_alone() -> None:
    assert is_readable("one\ntwo", lines=True)
    assert not is_readable("one\ntwo")
    assert is_readable("")


@pytest.mark.parametrize("name", HIDDEN[:4])
def test_nobody_calls_themselves_or_a_tenant_so(cast: Cast, name: str) -> None:
    by = Actor.operator()
    for rename in (
        lambda: profile.edit(name=name, time_zone="UTC", by=cast.marc.actor),
        lambda: provisioning.put_tenant("t-1", name, by=by),
        lambda: provisioning.put_user("u-1", "una@umbrella.test", name, by=by),
    ):
        with pytest.raises(ValidationError) as refused:
            rename()
        assert set(refused.value.message_dict) == {"name"}
