"""What a management credential may do. Pure: no settings, no database."""

from collections.abc import Iterable
from enum import StrEnum


class Right(StrEnum):
    """`label` and `description` are for the page, the guide and the API's document."""

    label: str
    description: str

    def __new__(cls, value: str, label: str = "", description: str = "") -> "Right":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.description = description
        return member

    INTROSPECT = "introspect", "Check tokens", "Asks whether a token of any tenant is good, and for what."
    PROVISION = (
        "provision",
        "Provision",
        "Makes and changes tenants, users, members, invitations, roles, service users and token policies.",
    )
    TOKENS = (
        "tokens",
        "Tokens",
        "Makes, lists and revokes tokens in every tenant, with any scope; registers resources, reads audit logs.",
    )
    SESSIONS = "sessions", "Hand people over", "Makes one-time links that sign a user in to the portal."


PRESET = (Right.INTROSPECT,)


def in_order(words: Iterable[str]) -> list[Right]:
    """Each right once, in the order of this page. Raises ValueError for a word that is none."""
    chosen = {Right(word) for word in words}
    return [right for right in Right if right in chosen]
