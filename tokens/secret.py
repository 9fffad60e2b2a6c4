"""The token string, made and taken apart. Pure: no settings, no database.

    <brand><kind>_<id 22><secret 43><checksum 6>      tpp_02r5Hn...

Base62 (0-9A-Za-z) of fixed widths: the token's UUID, 32 random bytes, and the CRC-32 of everything before it. The
checksum refuses typos and random strings without a query; it protects nothing else.
"""

import os
import re
from functools import lru_cache
from typing import NamedTuple, NoReturn
from uuid import UUID
from zlib import crc32

from tokens.kinds import KIND_BY_LETTER, AnyKind

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_WIDTH = 22
SECRET_WIDTH = 43
CHECKSUM_WIDTH = 6
SECRET_BYTES = 32
SHOWN_DIGITS = 6
IDS_REMEMBERED = 4096  # per process, about 250 bytes each

_PAIRS = {high + low: 62 * i + j for i, high in enumerate(ALPHABET) for j, low in enumerate(ALPHABET)}
_BODY = ID_WIDTH + SECRET_WIDTH + CHECKSUM_WIDTH
_SHAPE = re.compile(rf"([a-z][a-z0-9]{{1,6}})([a-z])_([0-9A-Za-z]{{{_BODY}}})", re.ASCII)

LOOKS_LIKE_A_TOKEN = re.compile(rf"(?<![0-9A-Za-z])[a-z][a-z0-9]{{1,6}}[a-z]_[0-9A-Za-z]{{{_BODY}}}(?![0-9A-Za-z])")
"""For finding tokens where they do not belong: addresses, names, log lines. Also what secret scanners may use."""

LOOKS_LIKE_A_JWT = re.compile(
    r"(?<![0-9A-Za-z_-])eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}(?:\.[0-9A-Za-z_-]+)?", re.ASCII
)
"""Header and claims are JSON objects, whoever made it; a field that was full has cut the signature off."""


class Secret:
    """A credential in memory. It prints as stars, cannot be pickled, and is read through `value` alone."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    @property
    def value(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not stored.")


class Parsed(NamedTuple):
    """A well-formed token string. `secret` is its 43 digits; whether they are right, only the database knows."""

    brand: str
    kind: AnyKind
    id: UUID
    secret: Secret


def mint() -> Secret:
    """256 bits from the operating system, as 43 base62 digits."""
    return Secret(encode(int.from_bytes(os.urandom(SECRET_BYTES)), SECRET_WIDTH))


def assemble(brand: str, kind: AnyKind, token_id: UUID, secret: Secret) -> Secret:
    """The whole token string, to be shown once."""
    body = f"{brand}{kind.letter}_{encode(token_id.int, ID_WIDTH)}{secret.value}"
    return Secret(body + _checksum(body))


def parse(text: str) -> Parsed | None:
    """Take a token string apart; None for anything that this function's twin, `assemble`, cannot have made."""
    shape = _SHAPE.fullmatch(text)
    if shape is None or decode(text[-CHECKSUM_WIDTH:]) != crc32(text[:-CHECKSUM_WIDTH].encode("ascii")):
        return None
    brand, letter, body = shape.groups()
    kind, token_id = KIND_BY_LETTER.get(letter), _id(body[:ID_WIDTH])
    if kind is None or token_id is None:
        return None
    return Parsed(brand, kind, token_id, Secret(body[ID_WIDTH : ID_WIDTH + SECRET_WIDTH]))


def hint(brand: str, kind: AnyKind, token_id: UUID) -> str:
    """How a token is named on screen and in logs: neighbours share their first digits, so the last ones are shown."""
    return f"{brand}{kind.letter}_…{encode(token_id.int, ID_WIDTH)[-SHOWN_DIGITS:]}"


def is_in(text: str) -> bool:
    """Whether a text that others can read holds what looks like a token or a JWT, of ours or of anybody's."""
    return bool(LOOKS_LIKE_A_TOKEN.search(text) or LOOKS_LIKE_A_JWT.search(text))


def encode(number: int, width: int) -> str:
    """Base62, padded with zeros to `width` digits."""
    digits = []
    for _ in range(width):
        number, rest = divmod(number, 62)
        digits.append(ALPHABET[rest])
    return "".join(reversed(digits))


def decode(digits: str) -> int:
    """Two digits at a time, which takes half as long."""
    number, even = 0, "0" * (len(digits) % 2) + digits
    for start in range(0, len(even), 2):
        number = number * 3844 + _PAIRS[even[start : start + 2]]
    return number


@lru_cache(maxsize=IDS_REMEMBERED)
def _id(digits: str) -> UUID | None:
    """Remembered, as clients come again. An id is no secret."""
    number = decode(digits)
    return UUID(int=number) if number < 1 << 128 else None


def _checksum(text: str) -> str:
    return encode(crc32(text.encode("ascii")), CHECKSUM_WIDTH)
