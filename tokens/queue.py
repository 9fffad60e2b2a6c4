"""The queue of what needs an owner: what an address asks for, and the page that answers it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from accounts.access import Actor
from audit.asked import choice, words
from audit.counting import counts, in_words
from audit.keyset import Page, Phase, page
from tokens import ownership

ROWS_PER_PAGE = 50


class What(StrEnum):
    """Its two parts."""

    TOKENS = "tokens"
    SERVICE_USERS = "service-users"

    @property
    def label(self) -> str:
        return self.value.capitalize().replace("-", " ")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is not understood is as if it were not there."""

    q: str = ""
    what: What = What.TOKENS
    cursor: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        return cls(
            q=words(query),
            what=choice(query, "what", What, What.TOKENS),
            cursor=query.get("cursor", ""),
        )

    def address(self, what: What) -> str:
        return "?" + urlencode({name: text for name, text in (("q", self.q), ("what", what.value)) if text})


@dataclass(frozen=True, slots=True)
class Part:
    """A tab with its count."""

    label: str
    count: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of one part."""

    asked: Asked
    page: Page[Any]
    parts: list[Part]
    total: int

    @property
    def label(self) -> str:
        noun = "token" if self.asked.what is What.TOKENS else "service user"
        return f"{in_words(self.total)} {noun}{'' if self.total == 1 else 's'}"

    @property
    def address(self) -> str:
        """Of this part and search."""
        return self.asked.address(self.asked.what)

    @property
    def is_empty(self) -> bool:
        return not self.asked.q and all(part.count == "0" for part in self.parts)


def read(by: Actor, asked: Asked) -> Waiting:
    """Tokens by soonest end, service users by age. One query for the rows, one for both counts."""
    tokens, workers = ownership.needing(by, q=asked.q), ownership.unmanaged(by, q=asked.q)
    found = counts({What.TOKENS: tokens, What.SERVICE_USERS: workers})
    phase: Phase[Any] = (
        Phase(tokens.with_subject(), ("ends_at", "id"))
        if asked.what is What.TOKENS
        else Phase(workers.with_everything(), ("id",))
    )
    rows = page([phase], asked.cursor, size=ROWS_PER_PAGE)
    parts = [Part(one.label, in_words(found[one]), asked.address(one), one is asked.what) for one in What]
    return Waiting(asked, rows, parts, found[asked.what])
