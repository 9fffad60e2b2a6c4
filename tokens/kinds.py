"""The kinds of token. What the form calls a type is a choice there; the kind is what is stored."""

from enum import StrEnum
from typing import Self


class AnyKind(StrEnum):
    """`letter` is the token string's, `label` the word on screen."""

    letter: str
    label: str

    def __new__(cls, value: str, letter: str = "", label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.letter = letter
        member.label = label
        return member


class Kind(AnyKind):
    """What a tenant may have."""

    PERSONAL = "personal", "p", "Personal"
    SERVICE = "service", "s", "Service"
    TENANT = "tenant", "t", "Tenant"


class PlatformKind(AnyKind):
    """What is no tenant's: it stands apart, so that nothing that lists the kinds of token ever offers it."""

    MANAGEMENT = "management", "v", "Management credential"


class Form(StrEnum):
    """What a token's secret looks like, and so how it is used."""

    NATIVE = "native"  # a token string: sent as it is, or exchanged
    PAIR = "pair"  # a UUID beside the client id: only ever exchanged
    JWT = "jwt"  # a signed JWT: sent as it is


KIND_BY_LETTER: dict[str, AnyKind] = {kind.letter: kind for kind in (*Kind, *PlatformKind)}
