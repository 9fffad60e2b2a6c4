"""Whoever holds a credential may end it, with nothing but the credential itself."""

from uuid import UUID

from django.db import transaction

from accounts.access import Actor
from audit import clock
from audit.actions import Action
from audit.record import Origin, record
from tokens import acting, lifecycle
from tokens.jwt_shapes import LONGEST
from tokens.models import RevokedJwt, Token
from tokens.verification import Verified

REASON = "Revoked by its own client"


def surrender(bearer: Verified, *, origin: Origin) -> None:
    """End a token, or a JWT alone. When this returns, the next check in any process refuses it."""
    token = Token.objects.with_subject().get(pk=bearer.token_id)
    by = acting.actor_of(token, bearer, origin)
    if bearer.jti is None:
        lifecycle.revoke(token, by=by, reason=REASON)
    else:
        _revoke_jwt(bearer.jti, token, by)


def _revoke_jwt(jti: UUID, token: Token, by: Actor) -> None:
    """Remembered for the longest that a JWT can live from now, and forgotten with the next one after that."""
    now = clock.now()
    with transaction.atomic():
        RevokedJwt.objects.filter(expires_at__lte=now).delete()
        _, is_new = RevokedJwt.objects.get_or_create(jti=jti, defaults={"expires_at": now + LONGEST})
        if is_new:
            _write(token, by, jti)


def _write(token: Token, by: Actor, jti: UUID) -> None:
    told = {"jti": str(jti)}
    record(Action.JWT_REVOKED, by=by.ref, origin=by.origin, tenant_id=token.tenant_id, on=token.ref, **told)
