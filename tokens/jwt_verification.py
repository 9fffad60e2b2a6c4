"""What the check asks of a JWT beside what it asks of its token: ours, signed, in time and not given up."""

from dataclasses import replace
from datetime import UTC, datetime

from django.conf import settings

from audit import clock
from tokens import at_rest, jws, signatures
from tokens.check_query import Key, Row
from tokens.jws import Claims, Presented
from tokens.jwt_shapes import LASTING
from tokens.kinds import Form
from tokens.secret import Secret
from tokens.verdicts import Reason, Refused, Verified


def parse(text: str) -> Presented | None:
    """A JWT that says it was made by this installation for itself; None for any other, before anything is read."""
    presented = jws.parse(text)
    if presented is None or presented.claims.issuer != settings.PUBLIC_ORIGIN:
        return None
    if presented.claims.audience != settings.PUBLIC_ORIGIN or not _has_a_life(presented.claims):
        return None
    return presented


def may_sign(key: Key) -> bool:
    """Whether there is such a key, and it is not retired."""
    return key.public_pem is not None and (key.retires_at is None or key.retires_at > clock.now())


def proves(presented: Presented, row: Row, key: Key) -> bool:
    """Whether the key signed it for this tenant, and it is of the form that its token has.

    A JWT that is itself its token's secret is known by its id too: who has the signing key alone can make none.
    """
    is_lasting = presented.claims.shape in LASTING
    if presented.claims.tenant_id != row.tenant_id or is_lasting is not (row.form is Form.JWT):
        return False
    if is_lasting and not at_rest.is_right(secret_of(presented.claims), row.owner, row.sealed):
        return False
    return is_signed(presented, key)


def is_signed(presented: Presented, key: Key) -> bool:
    """Whether the key signed it, with the one algorithm that the key is for."""
    assert key.public_pem
    if key.algorithm != presented.algorithm:
        return False
    return signatures.is_right(presented.signature, presented.signed, algorithm=presented.algorithm, pem=key.public_pem)


def secret_of(claims: Claims) -> Secret:
    """What is kept, one-way, of a JWT that is its token's secret."""
    return Secret(str(claims.jti))


def narrowed(verdict: Verified, claims: Claims, row: Row, key: Key) -> Verified | Refused:
    """From what its token may do now to what the JWT may: its own scope, its own end."""
    end = _end(claims, verdict.expires_at)
    if key.revoked_jti is not None:
        return Refused(Reason.REVOKED, proven=True)
    if end is not None and end <= clock.now():
        return Refused(Reason.EXPIRED, proven=True, at=end)
    return replace(
        verdict,
        grants=row.grants if claims.scope is None else row.grants_within(claims.scope),
        issued_at=datetime.fromtimestamp(claims.issued_at, UTC),
        expires_at=end,
        jti=claims.jti,
    )


def _end(claims: Claims, of_the_token: datetime | None) -> datetime | None:
    own = None if claims.expires_at is None else datetime.fromtimestamp(claims.expires_at, UTC)
    return min((end for end in (own, of_the_token) if end), default=None)


def _has_a_life(claims: Claims) -> bool:
    if claims.expires_at is None:
        return claims.shape in LASTING
    seconds, longest = claims.expires_at - claims.issued_at, claims.shape.longest
    return seconds > 0 and (longest is None or seconds <= longest.total_seconds())
