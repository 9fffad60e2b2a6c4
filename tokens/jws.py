"""A JWT as it is presented, taken apart strictly. Pure: no settings, no database, and no connection to anywhere.

What is signed here has a shape (`jwt_shapes`): three header members, certain claims and no others, each of one type.
Whatever differs is refused before a key is looked for. So there is no algorithm to confuse (`none`, HMAC with a public
key), no key inside the token to trust (`jwk`, `jku`, `x5u`, `x5c`), and nothing that two parsers could read in two
ways.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any, NoReturn
from uuid import UUID

from tokens.jwt_shapes import HEADER, LASTING, OAUTH, PLAIN, VENDOR, Shape, shape_of
from tokens.signatures import Algorithm

LIMIT_CHARACTERS = 15 * 1024  # a list of permissions takes up to 8,000 of them, metadata of 4 KiB 5,462
LIMIT_OF_A_SCOPE = 8 * 1024  # a scope of 2,048 bytes takes 2,731 of them
NO_TENANT = UUID(int=0)
LATEST = 253_402_300_799  # the last second of the year 9999; beyond it Python has no date

_SHAPE = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a JWT says. `issued_at` and `expires_at` are seconds since 1970, in UTC; None is no end of its own.

    A vendor's JWT has NO_TENANT, and a management credential's id for the token's. `scope` is None for a JWT that
    stands for all that its token may do.
    """

    shape: Shape
    issuer: str
    audience: str
    token_id: UUID
    tenant_id: UUID
    jti: UUID
    issued_at: int
    expires_at: int | None
    scope: str | None


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
    if said.keys() != HEADER or not isinstance(said["typ"], str):
        raise ValueError("another header")
    algorithm, kid = Algorithm(said["alg"]), _uuid(said["kid"])
    claims = _claims(_object(payload, with_fractions=said["typ"] == PLAIN), said["typ"])
    if claims.shape is OAUTH and len(payload) > LIMIT_OF_A_SCOPE:
        raise ValueError("more than a scope takes")
    if claims.shape is not OAUTH and algorithm is not Algorithm.RS256:
        raise ValueError("an algorithm that its readers do not know")
    return Presented(algorithm, kid, claims, f"{header}.{payload}".encode("ascii"), _decoded(signature))


def _claims(said: dict[str, Any], typ: str) -> Claims:
    shape = shape_of(typ, said.get("type"))
    if not shape.fits(frozenset(said)) or said.get("client_id", said["sub"]) != said["sub"]:
        raise ValueError("other claims")
    return Claims(
        shape=shape,
        issuer=_text(said["iss"]),
        audience=_text(said["aud"]),
        token_id=_uuid(said["sub"]),
        tenant_id=NO_TENANT if shape is VENDOR else _uuid(said["tenantId"]),
        jti=_uuid(said["jti"]),
        issued_at=_second(said["iat"]),
        expires_at=_second(said["exp"]) if "exp" in said else None,
        scope=_scope(said, shape),
    )


def _scope(said: dict[str, Any], shape: Shape) -> str | None:
    if shape in LASTING or shape is VENDOR:
        return None
    if shape is OAUTH:
        return _text(said["scope"])
    if not isinstance(said["permissions"], list):
        raise ValueError("no list")
    return " ".join(map(_text, said["permissions"]))


def _object(part: str, *, with_fractions: bool = False) -> dict[str, Any]:
    """A JSON object in which no name stands twice and every number is a whole one.

    Only metadata, which nobody here reads, may have others; what is read is held to its type.
    """
    numbers = float if with_fractions else _refuse
    text = _decoded(part).decode("utf-8")
    found = json.loads(text, object_pairs_hook=_each_once, parse_float=numbers, parse_constant=_refuse)
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
