"""What the check asks of a JWT beside what it asks of its token: ours, signed, in time and not given up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.conf import settings

from audit import clock
from tokens import jws, signatures
from tokens.check_query import Key, Row
from tokens.jws import Claims, Presented
from tokens.verdicts import Reason, Refused, Verified

LONGEST = timedelta(hours=1)
"""The longest life of a JWT. Where it is verified offline nobody can take it back before its end."""


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
    """Whether the key signed it, with the one algorithm that the key is for, and for this tenant."""
    assert key.public_pem
    if key.algorithm != presented.algorithm or presented.claims.tenant_id != row.tenant_id:
        return False
    return signatures.is_right(presented.signature, presented.signed, algorithm=presented.algorithm, pem=key.public_pem)


def narrowed(verdict: Verified, claims: Claims, row: Row, key: Key) -> Verified | Refused:
    """From what its token may do now to what the JWT may: its own scope, its own end."""
    end = datetime.fromtimestamp(claims.expires_at, UTC)
    if key.revoked_jti is not None:
        return Refused(Reason.REVOKED, proven=True)
    if end <= clock.now():
        return Refused(Reason.EXPIRED, proven=True, at=end)
    return replace(
        verdict,
        grants=row.grants_within(claims.scope),
        issued_at=datetime.fromtimestamp(claims.issued_at, UTC),
        expires_at=min(end, verdict.expires_at or end),
        jti=claims.jti,
    )


def _has_a_life(claims: Claims) -> bool:
    return 0 < claims.expires_at - claims.issued_at <= LONGEST.total_seconds()
