"""A client id and its secret for a signed JWT: short, never more than its token, and checkable without asking us.

The claims are those of RFC 9068 section 2.2; `tenantId` and `userId` are named as Frontegg's clients expect them.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.grants import SCOPE_LIMIT, GrantError, Grants
from audit import clock
from audit.ids import uuid7
from tokens import jwt_shapes, secret
from tokens.jwt_shapes import LONGEST
from tokens.secret import Secret
from tokens.signatures import Algorithm
from tokens.signing import TOO_LONG, second, signed
from tokens.verification import Reason, Refused, Verified, verify, verify_pair

LIFETIME = timedelta(minutes=5)
INVALID_SCOPE = "invalid_scope"
UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A new JWT: hand it to whoever asked and forget it. `expires_in` is in seconds from its issue."""

    jwt: Secret
    scope: str
    expires_in: int
    expires_at: datetime


def exchanged(jwt: Secret, scope: str, life: dict[str, int]) -> Exchanged:
    return Exchanged(jwt, scope, life["exp"] - life["iat"], datetime.fromtimestamp(life["exp"], UTC))


def authenticate(client_id: str, client_secret: str, *, address: str, client: str = "") -> Verified | Refused:
    """Check a pair. The secret is the whole token string, whose id is the client id; a JWT is none.

    Or it is a UUID, for a token that was issued with such a one.
    """
    if UUID_TEXT.fullmatch(client_secret) and UUID_TEXT.fullmatch(client_id):
        part = Secret(client_secret.lower())
        return verify_pair(UUID(client_id), part, address=address, client=client)
    parsed = secret.parse(client_secret)
    if parsed is None:
        return Refused(Reason.MALFORMED)
    if str(parsed.id) != client_id:
        return Refused(Reason.WRONG_SECRET)
    return verify(client_secret, address=address, client=client)


def exchange(
    bearer: Verified, *, scope: str = "", lifetime: timedelta = LIFETIME, algorithm: Algorithm = Algorithm.ES256
) -> Exchanged | Refused:
    """Sign what `bearer` may do now, or of it only `scope`, for `lifetime`, an hour at most.

    Raises ValidationError, code INVALID_SCOPE, for a scope that is none or more than the token has, TOO_LONG for one
    that fits into no JWT. Refused in the token's last second: a JWT has whole seconds only, and never outlives its
    token.
    """
    if bearer.jti is not None or not timedelta(0) < lifetime <= LONGEST:
        raise ValueError("A token is exchanged, not a JWT, and for an hour at most.")
    now, grants = clock.now(), _narrowed(bearer.grants, scope)
    must_travel(grants)
    life = life_of(bearer, now, lifetime)
    if isinstance(life, Refused):
        return life
    jwt = signed(_claims(bearer, grants) | life, jwt_shapes.OAUTH, algorithm=algorithm, now=now)
    return exchanged(jwt, str(grants), life)


def life_of(bearer: Verified, now: datetime, lifetime: timedelta = LIFETIME) -> dict[str, int] | Refused:
    """The claims `iat` and `exp` of a JWT that is signed now and never outlives its token."""
    issued_at, end = second(now), second(min(now + lifetime, bearer.expires_at or now + lifetime))
    if end <= issued_at:
        return Refused(Reason.EXPIRED, proven=True, at=bearer.expires_at)
    return {"iat": issued_at, "exp": end}


def must_travel(grants: Grants) -> None:
    """Raise ValidationError, code TOO_LONG, for more than a JWT says."""
    if not grants.travels:
        told = f"What this token may do now takes {len(str(grants)):,} bytes; {SCOPE_LIMIT:,} is the limit of a JWT."
        raise ValidationError(told, code=TOO_LONG)


def _narrowed(held: Grants, scope: str) -> Grants:
    if not scope:
        return held
    try:
        wanted = Grants.parse(scope)
    except GrantError as error:
        raise ValidationError(str(error), code=INVALID_SCOPE) from error
    if not wanted or not held.covers(wanted):
        raise ValidationError("The token does not have all of this scope.", code=INVALID_SCOPE)
    return wanted


def _claims(bearer: Verified, grants: Grants) -> dict[str, Any]:
    client_id = str(bearer.token_id)
    return {
        "iss": settings.PUBLIC_ORIGIN,
        "aud": settings.PUBLIC_ORIGIN,
        "sub": client_id,
        "client_id": client_id,
        "tenantId": str(bearer.tenant_id),
        **bearer.subject_claim,
        "jti": str(uuid7()),
        "scope": str(grants),
    }
