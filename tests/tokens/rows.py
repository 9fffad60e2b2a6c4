"""Tokens straight into the table, by the hundred: for tests of reading.

They have a right tag, so they verify; instead of a slow hash they have none, because 20 ms each would add up.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts import search
from accounts.models import Membership, ServiceUser, Tenant
from audit import clock
from audit.ids import uuid7
from tokens import at_rest, findable, secret
from tokens.at_rest import Owner
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.models import NEVER, Token
from tokens.secret import Secret

PART = Secret("S" * 43)


def row(
    tenant: Tenant,
    membership: Membership | None = None,
    *,
    created_at: datetime | None = None,
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
    withdrawn_at: datetime | None = None,
    claim_until: datetime | None = None,
    grants: str = "assets:read",
    service_user: ServiceUser | None = None,
    **more: Any,
) -> Token:
    """A token that is not saved yet: personal with a membership, a service user's, or the tenant's.

    With `claim_until` nobody has claimed it, and it has no secret.
    """
    moment = created_at or clock.now()
    with clock.at(moment):
        pk = uuid7()
    kind = Kind.PERSONAL if membership else Kind.SERVICE if service_user else Kind.TENANT
    key_id, key = at_rest.newest_key()
    tag = at_rest.tag(PART, Owner(pk, tenant.pk, kind), key)
    sealed = {"secret_hash": "none", "secret_tag": tag, "tag_key_id": key_id}
    return Token(
        id=pk,
        tenant=tenant,
        kind=kind,
        membership=membership,
        service_user=service_user,
        created_at=moment,
        expires_at=expires_at,
        revoked_at=revoked_at,
        withdrawn_at=withdrawn_at,
        claim_until=claim_until,
        ends_at=revoked_at or withdrawn_at or claim_until or expires_at or NEVER,
        grants_text=grants,
        **({"secret_hash": "", "secret_tag": "", "tag_key_id": ""} if claim_until else sealed),
        **{"name": "A row", **more},
    )


def stored(rows: Iterable[Token]) -> list[Token]:
    """Saved, and to be found, as if a verb had made them."""
    made = Token.objects.bulk_create(rows, batch_size=1000)
    search.add(*[entry for token in made for entry in findable.entries(token)])
    return made


def text_of(token: Token) -> str:
    """The token string of a row."""
    return secret.assemble(settings.TOKEN_BRAND, token.token_kind, token.pk, PART).value


def forged(issued: Issued) -> str:
    """The right id and a right checksum around another secret."""
    token = issued.token
    return secret.assemble(settings.TOKEN_BRAND, token.token_kind, token.pk, PART).value


@contextmanager
def undone() -> Iterator[None]:
    """One example of a property: what it wrote is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
