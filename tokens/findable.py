"""By what a token is found beside its subject."""

from accounts.search import Entry, Kind
from tokens.models import Token


def entries(token: Token) -> tuple[Entry, Entry]:
    """Its name, and its id from the end."""
    return (
        Entry(Kind.TOKEN, token.pk, token.tenant_id, token.name),
        Entry(Kind.TOKEN_ID, token.pk, token.tenant_id, token.pk.hex[::-1]),
    )
