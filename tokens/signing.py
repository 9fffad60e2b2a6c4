"""Signing claims with the key whose turn it is."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError

from tokens import jws, jwt_shapes, keys, signatures
from tokens.jwt_shapes import Shape
from tokens.keys import Signer
from tokens.secret import Secret
from tokens.signatures import Algorithm

TOO_LONG = "too_long"


def signed(claims: dict[str, Any], shape: Shape, *, algorithm: Algorithm, now: datetime) -> Secret:
    """A JWT. What lives longer than an exchange gives keeps its key honoured until its end.

    Raises ValidationError, code TOO_LONG, rather than give out what would be refused here.
    """
    return signed_by(keys.signer(algorithm, now), claims, shape)


def signed_by(signer: Signer, claims: dict[str, Any], shape: Shape) -> Secret:
    if shape.longest != jwt_shapes.LONGEST:
        keys.keep(signer, until=claims.get("exp"))
    typed = claims | {"type": shape.name} if shape.name else claims
    text = signatures.sign(typed, signer.private_key, algorithm=signer.algorithm, kid=signer.kid, kind=shape.typ)
    if len(text) > jws.LIMIT_CHARACTERS:
        raise ValidationError("The rights, roles and metadata of this token do not fit into a JWT.", code=TOO_LONG)
    return Secret(text)


def second(moment: datetime) -> int:
    """Rounded down: clients refuse what was issued in the future, and nothing may end after its token."""
    return int(moment.timestamp())


def about(subject: UUID, jti: UUID) -> dict[str, str]:
    """What every JWT for Frontegg's clients says; some of them demand `applicationId`."""
    issuer = settings.PUBLIC_ORIGIN
    named = {"sub": str(subject), "jti": str(jti), "applicationId": str(installation_id())}
    return {"iss": issuer, "aud": issuer, **named}


def installation_id() -> UUID:
    """Frontegg's `vendorId`: the same for as long as the origin is."""
    return _id_of(settings.PUBLIC_ORIGIN)


@cache
def _id_of(origin: str) -> UUID:
    return uuid5(NAMESPACE_URL, origin)
