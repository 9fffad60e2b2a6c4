"""Tokens seen where they do not belong: an address, a name, a search box."""

from collections.abc import Callable
from urllib.parse import unquote_plus

from django.conf import settings
from django.db import transaction

from audit import clock
from audit.actions import Action
from audit.record import Origin, Ref, record
from tokens import at_rest, check_query, jwt_verification, secret
from tokens.jws import Presented
from tokens.jwt_shapes import VENDOR
from tokens.kinds import Kind
from tokens.models import ManagementCredential, Token

VISITOR = Ref("visitor", "", "Somebody")
LOOKED_AT = 5  # tokens in one text; nobody leaks more at once by accident


def in_address(written: str, origin: Callable[[], Origin]) -> bool:
    """The same of an address as it was sent, where `Bearer%20tpp_` hides where a token begins.

    Most addresses cannot hold one: nobody asks then where the request came from.
    """
    if not _may_hold_one(written) and "%" not in written:
        return False
    address = unquote_plus(written)
    return _may_hold_one(address) and note(address, where="address", origin=origin())


def note(text: str, *, where: str, origin: Origin) -> bool:
    """Whether `text` holds anything that looks like a token, or a JWT that says it was made here for here.

    A real one is written into its tenant's ledger: with a made-up one, a stranger could fill ledgers. JWTs of others
    are let pass: behind a gateway, addresses may be theirs.
    """
    tokens = secret.LOOKS_LIKE_A_TOKEN.findall(text)
    jwts = filter(None, map(jwt_verification.parse, secret.LOOKS_LIKE_A_JWT.findall(text)))
    found: list[str | Presented] = [*tokens, *jwts]
    for one in found[:LOOKED_AT]:
        held = _held(one) if isinstance(one, str) else _made_of(one)
        if held is not None:
            _write(held, where, origin)
    return bool(found)


def _may_hold_one(address: str) -> bool:
    return "_" in address or "eyJ" in address


def _held(text: str) -> Token | ManagementCredential | None:
    """What a token string belongs to, if its secret is right."""
    parsed = secret.parse(text)
    if parsed is None or parsed.brand != settings.TOKEN_BRAND:
        return None
    kept = Token if isinstance(parsed.kind, Kind) else ManagementCredential
    held: Token | ManagementCredential | None = kept.objects.filter(pk=parsed.id).first()
    return held if held and at_rest.is_right(parsed.secret, held.owner, held.sealed) else None


def _made_of(jwt: Presented) -> Token | ManagementCredential | None:
    """What a JWT was made of, if it was made here and has not ended: an ended one is nothing to revoke a token for."""
    end = jwt.claims.expires_at
    if end is not None and end <= clock.now().timestamp():
        return None
    is_ours = _is_a_vendors(jwt) if jwt.claims.shape is VENDOR else _is_a_tokens(jwt)
    kept = ManagementCredential if jwt.claims.shape is VENDOR else Token
    return kept.objects.filter(pk=jwt.claims.token_id).first() if is_ours else None


def _is_a_vendors(jwt: Presented) -> bool:
    key = check_query.key_of(jwt.kid)
    return key is not None and jwt_verification.may_sign(key) and jwt_verification.is_signed(jwt, key)


def _is_a_tokens(jwt: Presented) -> bool:
    found = check_query.of_jwt(jwt.claims.token_id, jwt.kid, jwt.claims.jti)
    return found is not None and jwt_verification.may_sign(found[1]) and jwt_verification.proves(jwt, *found)


def _write(held: Token | ManagementCredential, where: str, origin: Origin) -> None:
    action, tenant_id = Action.CREDENTIAL_LEAKED, None
    if isinstance(held, Token):
        action, tenant_id = Action.TOKEN_LEAKED, held.tenant_id
    with transaction.atomic():
        record(action, by=VISITOR, origin=origin, tenant_id=tenant_id, on=held.ref, where=where)
