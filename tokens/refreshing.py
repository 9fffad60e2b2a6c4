"""Refresh tokens: good once, and as long as the token that they came of. Kept as a digest alone.

A refresh token has 122 random bits: its digest needs neither salt nor slowness (NIST SP 800-63B, look-up secrets).
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction

from audit import clock
from tokens import api_tokens
from tokens.exchange import Exchanged
from tokens.models import RefreshToken, Token
from tokens.secret import Secret
from tokens.verification import Reason, Refused, Verified, verify_again

LIFETIME = timedelta(days=30)
MOST = 100  # live ones of one token; the next one kills the oldest


@dataclass(frozen=True, slots=True)
class Refreshable:
    """A new JWT and what gets the next one: hand both to whoever asked and forget them."""

    exchanged: Exchanged
    refresh_token: Secret


def begin(bearer: Verified) -> Refreshable | Refused:
    """Exchange a token whose secret was just checked."""
    made = api_tokens.trade(bearer)
    return made if isinstance(made, Refused) else Refreshable(made, _issue(bearer.token_id))


def refresh(text: str, *, address: str, client: str = "") -> Refreshable | Refused:
    """Use one up for a JWT and another one. Of many at once with the same, one succeeds."""
    row = RefreshToken.objects.usable(clock.now() - LIFETIME).filter(digest=_digest(text)).first()
    if row is None:
        return Refused(Reason.UNKNOWN)
    verdict = verify_again(row.token_id, address=address, client=client)
    if isinstance(verdict, Refused):
        return verdict
    made = api_tokens.trade(verdict)
    if isinstance(made, Refused):
        return made
    with transaction.atomic():
        used, _ = RefreshToken.objects.filter(pk=row.pk).delete()
        return Refreshable(made, _issue(row.token_id)) if used else Refused(Reason.UNKNOWN)


def _issue(token_id: UUID) -> Secret:
    """The token's row is locked, so that two at once do not each leave room for the other."""
    made = str(uuid4())
    with transaction.atomic():
        Token.objects.select_for_update().only("pk").get(pk=token_id)
        RefreshToken.objects.create(token_id=token_id, digest=_digest(made))
        _forget_the_oldest(token_id)
    return Secret(made)


def _forget_the_oldest(token_id: UUID) -> None:
    """Their ids are in order of issue."""
    ours = RefreshToken.objects.of(token_id)
    first_too_many = ours.order_by("-id").values_list("pk", flat=True)[MOST : MOST + 1].first()
    if first_too_many:
        ours.up_to(first_too_many).delete()


def _digest(text: str) -> str:
    return sha256(b"refresh token:" + text.encode(errors="surrogatepass")).hexdigest()
