"""Tokens seen where they do not belong: an address, a name, a search box."""

from collections.abc import Callable
from urllib.parse import unquote_plus

from django.conf import settings
from django.db import transaction

from audit.actions import Action
from audit.record import Origin, Ref, record
from tokens import at_rest, secret
from tokens.kinds import Kind
from tokens.models import ManagementCredential, Token

VISITOR = Ref("visitor", "", "Somebody")
LOOKED_AT = 5  # tokens in one text; nobody leaks more at once by accident


def in_address(written: str, origin: Callable[[], Origin]) -> bool:
    """The same of an address as it was sent, where `Bearer%20tpp_` hides where a token begins.

    Most addresses cannot hold one: nobody asks then where the request came from.
    """
    if "_" not in written and "%" not in written:
        return False
    address = unquote_plus(written)
    return "_" in address and note(address, where="address", origin=origin())


def note(text: str, *, where: str, origin: Origin) -> bool:
    """Whether `text` holds anything that looks like a token. A real one is written into its tenant's ledger.

    Only with the right secret: with a made-up one, a stranger could fill ledgers.
    """
    found = secret.LOOKS_LIKE_A_TOKEN.findall(text)
    for candidate in found[:LOOKED_AT]:
        _note_one(candidate, where, origin)
    return bool(found)


def _note_one(candidate: str, where: str, origin: Origin) -> None:
    parsed = secret.parse(candidate)
    if parsed is None or parsed.brand != settings.TOKEN_BRAND:
        return
    is_token = isinstance(parsed.kind, Kind)
    held = (Token if is_token else ManagementCredential).objects.filter(pk=parsed.id).first()
    if held is None or not at_rest.is_right(parsed.secret, held.owner, held.sealed):
        return
    action = Action.TOKEN_LEAKED if is_token else Action.CREDENTIAL_LEAKED
    tenant_id = held.tenant_id if isinstance(held, Token) else None
    with transaction.atomic():
        record(action, by=VISITOR, origin=origin, tenant_id=tenant_id, on=held.ref, where=where)
