"""A verified token as somebody at work."""

from accounts.access import Actor, Bearer
from audit.record import Origin
from tokens.models import Token
from tokens.verdicts import Verified


def actor_of(token: Token, verified: Verified, origin: Origin) -> Actor:
    """With its effective grants, its end and its networks. `token` was loaded with its subject."""
    return Actor.token(
        token.ref,
        Bearer(token.pk, verified.expires_at, token.networks_text, verified.is_exchanged),
        verified.grants,
        tenant=token.tenant,
        membership=token.membership,
        origin=origin,
    )
