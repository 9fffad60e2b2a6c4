"""One right, and the order among rights.

Pure: no Django, no catalogue, no clock. A grant is one row, allow only:

    [boundary/]resource:action[@type=id]
    assets:read   shared/inboxes:write   updates:run@device=7f3c

Source: product.md, "Scopes: one model for all five". Sets of grants are in `grants`.
"""

import re
from dataclasses import dataclass
from typing import Self

LEVELS = ("read", "write", "admin")
"""The ladder: each level includes those before it. Every other action stands alone."""

NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
ID = re.compile(r"[A-Za-z0-9._~-]{1,128}")
_SHAPE = re.compile(r"(?:([^/]*)/)?([^:]*):([^@]*)(?:@([^=]*)=(.*))?", re.DOTALL)
_EXAMPLES = "assets:read, shared/inboxes:write or devices:read@group=eu-1"
_QUOTED = 60  # characters of somebody's text that an error message repeats


class GrantError(ValueError):
    """A text is no grant, or no set of grants; the message is a sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One right. Raises `GrantError` when a part is not a name or the target is half given."""

    resource: str
    action: str
    boundary: str = ""
    target_type: str = ""
    target_id: str = ""

    def __post_init__(self) -> None:
        _must_match(NAME, "resource", self.resource)
        _must_match(NAME, "action", self.action)
        if self.boundary:
            _must_match(NAME, "boundary", self.boundary)
        if self.target_type or self.target_id:
            _must_match(NAME, "target type", self.target_type)
            _must_match(ID, "target id", self.target_id)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The grant that `text` writes: the inverse of `str()`."""
        shape = _SHAPE.fullmatch(text)
        if shape is None or "" in shape.groups():  # "" finds `/x:read`: a sign without its part
            raise GrantError(f"{_quote(text)} is not a scope. Write it like {_EXAMPLES}.")
        boundary, resource, action, target_type, target_id = shape.groups(default="")
        return cls(resource, action, boundary, target_type, target_id)

    def __str__(self) -> str:
        boundary = f"{self.boundary}/" if self.boundary else ""
        target = f"@{self.target_type}={self.target_id}" if self.target_type else ""
        return f"{boundary}{self.resource}:{self.action}{target}"

    @property
    def place(self) -> tuple[str, str]:
        """Boundary and resource: unless they share it, two grants have nothing in common."""
        return self.boundary, self.resource

    @property
    def target(self) -> tuple[str, str]:
        """Type and id of the one thing it is limited to; two empty strings when it is not."""
        return self.target_type, self.target_id


def covers(a: Grant, b: Grant) -> bool:
    """Whether holding `a` is enough wherever `b` is asked for."""
    inside = not a.target_type or a.target == b.target
    return a.place == b.place and inside and reaches(a.action, b.action)


def meet(a: Grant, b: Grant) -> Grant | None:
    """The greatest grant that both cover; None when they share nothing."""
    if not overlap(a, b):
        return None
    low, high = (b, a) if reaches(a.action, b.action) else (a, b)
    if not reaches(high.action, low.action):
        return None
    return Grant(a.resource, low.action, a.boundary, *(a.target if a.target_type else b.target))


def reaches(a: str, b: str) -> bool:
    """Whether action `a` includes action `b`."""
    return a == b or (a in LEVELS and b in LEVELS[: LEVELS.index(a)])


def overlap(a: Grant, b: Grant) -> bool:
    """Whether there is anything at all that both are about, whatever they may do to it."""
    return a.place == b.place and (not a.target_type or not b.target_type or a.target == b.target)


def _must_match(pattern: re.Pattern[str], part: str, text: str) -> None:
    if not pattern.fullmatch(text):
        raise GrantError(f"The {part} cannot be {_quote(text)}: it must match {pattern.pattern}")


def _quote(text: str) -> str:
    return ascii(text if len(text) <= _QUOTED else f"{text[:_QUOTED]}...")
