"""The one verification function. Every door asks it; none has a rule of its own.

The order is security.md's: shape and checksum, one query, the tag, and only then the state, so that nothing about a
token can be learnt without its secret. The row is read on every check: a revoke that was answered is refused by every
check that starts after it, in every process.
"""

from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

from django.conf import settings

from audit import clock
from tokens import at_rest, check_query, jwt_verification, proven, secret, usage
from tokens.at_rest import Owner
from tokens.check_query import Row
from tokens.jwt_shapes import VENDOR
from tokens.kinds import Form, Kind
from tokens.models import Token
from tokens.networks import admits
from tokens.secret import Parsed, Secret
from tokens.status import Status, status_of
from tokens.verdicts import Reason, Refused, Verified

__all__ = [
    "Reason",
    "Refused",
    "Verified",
    "inspect",
    "inspect_again",
    "read_together",
    "verify",
    "verify_again",
    "verify_pair",
    "verify_within",
]


def verify(credential: str, *, address: str, client: str = "") -> Verified | Refused:
    """Check a token string, or a JWT made here, for a client at `address`. Raises only what the database raises."""
    return _noted(inspect(credential, address=address), address, client)


def verify_within(tenant_id: UUID, credential: str, *, address: str) -> Verified | Refused:
    """Check for somebody who may know of one tenant alone: another's is unknown, and its last use stays as it was."""
    verdict = inspect(credential, address=address)
    if isinstance(verdict, Verified) and verdict.tenant_id != tenant_id:
        return Refused(Reason.UNKNOWN)
    return _noted(verdict, address, "")


def verify_pair(token_id: UUID, client_secret: Secret, *, address: str, client: str = "") -> Verified | Refused:
    """Check the secret of a token whose secret is no token string. It is good for nothing but being exchanged."""
    row = check_query.of_token(token_id)
    if row is None or row.form is not Form.PAIR:
        at_rest.waste_the_same_time(client_secret, Owner(token_id, token_id, Kind.TENANT))
        return Refused(Reason.UNKNOWN)
    if not _is_right(client_secret, row):
        return Refused(Reason.WRONG_SECRET)
    return _noted(_decide(row, address), address, client)


def verify_again(token_id: UUID, *, address: str, client: str = "") -> Verified | Refused:
    """For what a token was exchanged for: the caller has checked that; the token's row decides as ever."""
    return _noted(inspect_again(token_id, address=address), address, client)


def inspect_again(token_id: UUID, *, address: str = "") -> Verified | Refused:
    """The same for whoever only wants to know; a token that is bound to networks is good from nowhere."""
    row = check_query.of_token(token_id)
    return Refused(Reason.UNKNOWN) if row is None else _decide(row, address)


def read_together(one: str, other: str) -> AbstractContextManager[None]:
    """For a request that checks two tokens: inside, both are checked against what one statement reads now.

    Of tokens that were proven here before; of others it does nothing.
    """
    proofs = [proven.recall(proven.digest_of(credential)) for credential in (one, other)]
    known = {proof.row.token_id for proof in proofs if proof}
    return check_query.read_together(*known) if len(known) == len(proofs) else nullcontext()


def inspect(credential: str, *, address: str) -> Verified | Refused:
    """The verdict alone, without counting as a use: for whoever wants to end the credential."""
    return _inspect_jwt(credential, address) if "." in credential else _inspect_token(credential, address)


def _inspect_token(credential: str, address: str) -> Verified | Refused:
    digest = proven.digest_of(credential)
    known = proven.recall(digest)
    if known is None:
        return _prove(credential, digest, address)
    row = check_query.of_token(known.row.token_id)
    if known.holds(row, clock.now()):
        return _decide(known.row, address, works=True)
    return _prove(credential, digest, address, row)


def _prove(credential: str, digest: bytes, address: str, read: Row | None = None) -> Verified | Refused:
    """`read`: the row of the token, where it has just been read."""
    parsed = secret.parse(credential)
    if parsed is None or parsed.brand != settings.TOKEN_BRAND:
        return Refused(Reason.MALFORMED)
    row = read or (check_query.of_token(parsed.id) if isinstance(parsed.kind, Kind) else None)
    if row is None:
        at_rest.waste_the_same_time(parsed.secret, Owner(parsed.id, parsed.id, parsed.kind))
        return Refused(Reason.UNKNOWN)
    if not _proves(parsed, row):
        return Refused(Reason.WRONG_SECRET)
    verdict = _decide(row, address)
    if isinstance(verdict, Verified) and not at_rest.needs_new_tag(row.sealed):
        proven.keep(digest, row, clock.now())
    return verdict


def _inspect_jwt(credential: str, address: str) -> Verified | Refused:
    """The token's row decides as ever; a JWT can only be less than its token."""
    presented = jwt_verification.parse(credential)
    if presented is None or presented.claims.shape is VENDOR:
        return Refused(Reason.MALFORMED)
    found = check_query.of_jwt(presented.claims.token_id, presented.kid, presented.claims.jti)
    if found is None or not jwt_verification.may_sign(found[1]):
        return Refused(Reason.UNKNOWN)
    row, key = found
    if not jwt_verification.proves(presented, row, key):
        return Refused(Reason.WRONG_SECRET)
    if row.form is Form.JWT:
        _keep_the_tag_fresh(jwt_verification.secret_of(presented.claims), row)
    verdict = _decide(row, address)
    return jwt_verification.narrowed(verdict, presented.claims, row, key) if isinstance(verdict, Verified) else verdict


def _proves(parsed: Parsed, row: Row) -> bool:
    return _is_right(parsed.secret, row) and parsed.kind is row.kind and row.form is Form.NATIVE


def _is_right(part: Secret, row: Row) -> bool:
    is_right = at_rest.is_right(part, row.owner, row.sealed)
    if is_right:
        _keep_the_tag_fresh(part, row)
    return is_right


def _keep_the_tag_fresh(part: Secret, row: Row) -> None:
    """Once per token after its key was replaced or lost; another check may have done it already."""
    if not at_rest.needs_new_tag(row.sealed):
        return
    key_id, key = at_rest.newest_key()
    fresh = at_rest.tag(part, row.owner, key)
    Token.objects.filter(pk=row.token_id, secret_tag=row.secret_tag).update(secret_tag=fresh, tag_key_id=key_id)


def _noted(verdict: Verified | Refused, address: str, client: str) -> Verified | Refused:
    if isinstance(verdict, Verified):
        usage.note(verdict.token_id, address=address, client=client)
    return verdict


def _decide(row: Row, address: str, *, works: bool = False) -> Verified | Refused:
    """`works`: what its status is has been found out before."""
    status = Status.ACTIVE if works else status_of(row.facts, clock.now())
    if status is not Status.ACTIVE:
        at = {Status.REVOKED: row.revoked_at, Status.EXPIRED: row.expires_at}.get(status)
        is_off = status is Status.REFUSED_BY_POLICY and not row.rules.allows(row.kind)
        return Refused(Reason(status.value), proven=True, at=at, is_off=is_off)
    if not admits(row.networks_text, address):
        return Refused(Reason.NETWORK_NOT_ALLOWED, proven=True)
    return row.bearer
