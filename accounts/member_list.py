"""The list of members: what an address asks for, and the page that answers it. Pages and the API ask alike."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from accounts import memberships
from accounts.access import Actor
from accounts.models import Membership, MembershipQuerySet
from audit.asked import choice, words
from audit.keyset import Page, Phase, page

COUNTED = 1000  # exact up to here, then "1,000+"


class State(StrEnum):
    """The filter of a list of members."""

    ACTIVE = "active"
    SUSPENDED = "suspended"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    def of(self, members: MembershipQuerySet) -> MembershipQuerySet:
        return members.live() if self is State.ACTIVE else members.suspended()


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of an address. What is not understood is as if it were not there."""

    q: str = ""
    role: UUID | None = None
    state: State | None = None
    cursor: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        return cls(
            q=words(query),
            role=_uuid(query.get("role", "")),
            state=choice(query, "state", State, None),
            cursor=query.get("cursor", ""),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.role or self.state)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of members, and how many there are: "1,000+ members"."""

    asked: Asked
    page: Page[Membership]
    label: str


def read(by: Actor, asked: Asked, *, size: int) -> Listing:
    """By name. Two queries: the rows and their count."""
    found = filtered(by, asked)
    rows = page([Phase(found.with_everything(), ("listed_as", "id"))], asked.cursor, size=size)
    return Listing(asked, rows, counted(found, "member"))


def rows(by: Actor, asked: Asked, *, size: int) -> Page[Membership]:
    """The same people in the order in which they came. Raises UnknownCursor."""
    return page([Phase(filtered(by, asked).with_everything(), ("id",))], asked.cursor, size=size, strict=True)


def filtered(by: Actor, asked: Asked) -> MembershipQuerySet:
    found = memberships.known_to(by)
    if asked.role:
        found = found.with_role(asked.role)
    if asked.state:
        found = asked.state.of(found)
    return memberships.among(found, asked.q, by=by)


def counted(rows: QuerySet[Membership], noun: str) -> str:
    """How many rows, in words; counting stops just after COUNTED of them."""
    count = rows.order_by()[: COUNTED + 1].count()
    many = f"{COUNTED:,}+" if count > COUNTED else f"{count:,}"
    return f"{many} {noun}{'' if count == 1 else 's'}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
