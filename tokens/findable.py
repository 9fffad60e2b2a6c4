"""By what a token is found."""

from string import hexdigits
from uuid import UUID

from django.db.models import Q

from accounts import search
from accounts.search import Entry, Found, Kind, Question
from tokens.models import Token


def entries(token: Token) -> tuple[Entry, Entry]:
    """Its name, and its id from the end."""
    return (
        Entry(Kind.TOKEN, token.pk, token.tenant_id, token.name),
        Entry(Kind.TOKEN_ID, token.pk, token.tenant_id, token.pk.hex[::-1]),
    )


def sought(q: str, tenant_id: UUID) -> Found:
    """Tokens by their name, their subject, or the end of their id; never by the secret. A small query.

    Nothing is asked for by nothing, and that is everything.
    """
    if not q:
        return Found(Q())
    needle, digits = search.fold(q), q.strip().lower().replace("-", "")
    everywhere = Token._base_manager.all()
    asked = [
        Question(Kind.TOKEN, needle),
        Question(Kind.MEMBER, needle, "membership_id", name_only=True, rows=everywhere),
        Question(Kind.SERVICE_USER, needle, "service_user_id", name_only=True, rows=everywhere),
    ]
    if digits and not set(digits) - set(hexdigits):
        asked.append(Question(Kind.TOKEN_ID, digits[::-1]))
    return search.any_of(tenant_id, asked)
