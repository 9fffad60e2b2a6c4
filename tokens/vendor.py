"""A management credential for a JWT, and back: how Frontegg's clients show which vendor they are."""

from dataclasses import dataclass

from audit import clock
from audit.ids import uuid7
from tokens import credentials, jwt_verification
from tokens.check_query import key_of
from tokens.credentials import Manager
from tokens.jwt_shapes import VENDOR, VENDOR_LIFETIME
from tokens.secret import Secret
from tokens.signatures import Algorithm
from tokens.signing import about, installation_id, second, signed
from tokens.verdicts import Reason, Refused


@dataclass(frozen=True, slots=True)
class VendorJwt:
    """`expires_in` is in seconds from its issue."""

    jwt: Secret
    expires_in: int


def authenticate(client_id: str, client_secret: str, *, address: str, client: str = "") -> Manager | Refused:
    """Check a pair. The secret is the credential's whole string, whose id is the client id."""
    parsed = credentials.parse(client_secret)
    if parsed is None:
        return Refused(Reason.MALFORMED)
    if str(parsed.id) != client_id.lower():
        return Refused(Reason.WRONG_SECRET)
    return credentials.check(client_secret, address=address, client=client)


def sign_in(manager: Manager) -> VendorJwt:
    """For VENDOR_LIFETIME; the credential's row decides at each use, so revoking it ends the JWT at once."""
    now = clock.now()
    seconds = int(VENDOR_LIFETIME.total_seconds())
    claims = {
        **about(manager.credential_id, uuid7()),
        "vendorId": str(installation_id()),
        "scopes": [],
        "iat": second(now),
        "exp": second(now) + seconds,
    }
    return VendorJwt(signed(claims, VENDOR, algorithm=Algorithm.RS256, now=now), seconds)


def check(jwt: str, *, address: str, client: str = "") -> Manager | Refused:
    """Check a vendor's JWT. The row of its credential is read each time."""
    presented = jwt_verification.parse(jwt)
    if presented is None or presented.claims.shape is not VENDOR or presented.claims.expires_at is None:
        return Refused(Reason.MALFORMED)
    key = key_of(presented.kid)
    if key is None or not jwt_verification.may_sign(key):
        return Refused(Reason.UNKNOWN)
    if not jwt_verification.is_signed(presented, key):
        return Refused(Reason.WRONG_SECRET)
    if presented.claims.expires_at <= clock.now().timestamp():
        return Refused(Reason.EXPIRED, proven=True)
    return credentials.check_again(presented.claims.token_id, address=address, client=client)
