"""Refresh tokens: good once, and as long as the token that they came of. Kept as a digest alone.

A refresh token has 122 random bits: its digest needs neither salt nor slowness (NIST SP 800-63B, look-up secrets).
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from audit import clock
from audit.ids import uuid7
from tokens import api_tokens, row_changes
from tokens.exchange import Exchanged
from tokens.models import RefreshToken
from tokens.row_changes import Change
from tokens.secret import Secret
from tokens.verification import Reason, Refused, Verified, verify_again

LIFETIME = timedelta(days=30)
MOST = 100  # live ones of one token; the next one kills the oldest

_TABLE = RefreshToken._meta.db_table
_ISSUE = Change(f"INSERT INTO {_TABLE} (id, token_id, digest, created_at) VALUES (?1, ?2, ?3, ?4)")  # noqa: S608 - no input
_FORGET_THE_OLDEST = Change(  # ids are in order of issue
    f"""DELETE FROM {_TABLE} WHERE token_id = ?1 AND id <= (
        SELECT id FROM {_TABLE} WHERE token_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET CAST(?2 AS integer)
    )"""  # noqa: S608 - no input
)


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
    """Use one up for a JWT and another one, in its row. Of many at once with the same, one succeeds."""
    row = RefreshToken.objects.usable(clock.now() - LIFETIME).filter(digest=_digest(text)).first()
    if row is None:
        return Refused(Reason.UNKNOWN)
    verdict = verify_again(row.token_id, address=address, client=client)
    if isinstance(verdict, Refused):
        return verdict
    made = api_tokens.trade(verdict)
    if isinstance(made, Refused):
        return made
    token, used = _new(), RefreshToken.objects.filter(pk=row.pk)
    if used.update(id=uuid7(), digest=_digest(token.value), created_at=clock.now()):
        return Refreshable(made, token)
    return Refused(Reason.UNKNOWN)


def revoke(text: str, *, of: UUID) -> None:
    """Good no more, if it is one of that token's (RFC 7009 section 2)."""
    RefreshToken.objects.filter(token_id=of, digest=_digest(text)).delete()


def _issue(token_id: UUID) -> Secret:
    """One more, and what is one too many goes. The last of many at once to look sees what all of them have made."""
    made = _new()
    row = (uuid7(), token_id, _digest(made.value), clock.now())
    row_changes.make((_ISSUE, row), (_FORGET_THE_OLDEST, (token_id, str(MOST))))
    return made


def _new() -> Secret:
    return Secret(str(uuid4()))


def _digest(text: str) -> str:
    return sha256(b"refresh token:" + text.encode(errors="surrogatepass")).hexdigest()
