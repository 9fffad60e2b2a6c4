"""Choosing one of many for a filter: on a page of its own, or in a dialog over the list that is filtered."""

from collections.abc import Iterable
from dataclasses import dataclass

FEW = 20  # of each sort; for others people search


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` is what the filter is set to, `more` tells namesakes apart."""

    value: str
    label: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Choices of one sort; without a label they stand for many each. `is_cut`: there are more than are shown."""

    label: str
    choices: list[Choice]
    is_cut: bool = False

    @classmethod
    def of_first(cls, label: str, found: Iterable[Choice]) -> "Group":
        """Of FEW and perhaps one more."""
        choices = list(found)
        return cls(label, choices[:FEW], is_cut=len(choices) > FEW)
