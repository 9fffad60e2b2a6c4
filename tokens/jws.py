"""A JWT as it is presented, taken apart strictly. Pure: no settings, no database, and no connection to anywhere.

What is signed here has one shape: three header members, these claims and no others, each of one type. Whatever differs
is refused before a key is looked for. So there is no algorithm to confuse (`none`, HMAC with a public key), no key
inside the token to trust (`jwk`, `jku`, `x5u`, `x5c`), and nothing that two parsers could read in two ways.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any, NoReturn
from uuid import UUID

from tokens.signatures import Algorithm

LIMIT_CHARACTERS = 8 * 1024  # a scope of 2,048 bytes takes 2,731 of them
ACCESS_TOKEN = "at+jwt"  # noqa: S105 - RFC 9068 section 2.1
HEADER = frozenset({"alg", "kid", "typ"})
CLAIMS = frozenset({"iss", "aud", "sub", "client_id", "tenantId", "jti", "iat", "exp", "scope"})
PERSONAL_CLAIMS = CLAIMS | {"userId"}
LATEST = 253_402_300_799  # the last second of the year 9999; beyond it Python has no date

_SHAPE = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a JWT says. `issued_at` and `expires_at` are seconds since 1970, in UTC."""

    issuer: str
    audience: str
    token_id: UUID
    tenant_id: UUID
    jti: UUID
    issued_at: int
    expires_at: int
    scope: str


@dataclass(frozen=True, slots=True)
class Presented:
    """A well-formed JWT that says it is one of ours. Whether it is, only the key knows."""

    algorithm: Algorithm
    kid: UUID
    claims: Claims
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def parse(text: str) -> Presented | None:
    """Take a JWT apart; None for anything that was not made here."""
    shape = _SHAPE.fullmatch(text) if len(text) <= LIMIT_CHARACTERS else None
    if shape is None:
        return None
    try:
        return _presented(*shape.groups())
    except (ValueError, RecursionError):
        return None


def _presented(header: str, payload: str, signature: str) -> Presented:
    said = _object(header)
    if said.keys() != HEADER or said["typ"] != ACCESS_TOKEN:
        raise ValueError("another header")
    signed = f"{header}.{payload}".encode("ascii")
    kid, claims = _uuid(said["kid"]), _claims(_object(payload))
    return Presented(Algorithm(said["alg"]), kid, claims, signed, _decoded(signature))


def _claims(said: dict[str, Any]) -> Claims:
    if said.keys() not in (CLAIMS, PERSONAL_CLAIMS) or said["sub"] != said["client_id"]:
        raise ValueError("other claims")
    return Claims(
        issuer=_text(said["iss"]),
        audience=_text(said["aud"]),
        token_id=_uuid(said["client_id"]),
        tenant_id=_uuid(said["tenantId"]),
        jti=_uuid(said["jti"]),
        issued_at=_second(said["iat"]),
        expires_at=_second(said["exp"]),
        scope=_text(said["scope"]),
    )


def _object(part: str) -> dict[str, Any]:
    """A JSON object in which no name stands twice and every number is a whole one."""
    text = _decoded(part).decode("utf-8")
    found = json.loads(text, object_pairs_hook=_each_once, parse_float=_refuse, parse_constant=_refuse)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(number: str) -> NoReturn:
    raise ValueError("not a whole number")


def _decoded(part: str) -> bytes:
    """Base64url without padding, in its one spelling: spare bits in the last character are not ignored."""
    found = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if urlsafe_b64encode(found).rstrip(b"=") != part.encode("ascii"):
        raise ValueError("another spelling")
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not text")
    return value


def _uuid(value: object) -> UUID:
    """In its one spelling: 36 characters, lower case."""
    text = _text(value)
    found = UUID(text)
    if str(found) != text:
        raise ValueError("another spelling")
    return found


def _second(value: object) -> int:
    if type(value) is not int or not 0 < value <= LATEST:  # True is an int to isinstance
        raise ValueError("no moment")
    return value
