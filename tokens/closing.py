"""The end of a tenant, tokens included: they stand above tenants, so it is told here."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import tenants
from accounts.access import Actor
from accounts.models import Tenant
from audit import clock
from audit.actions import Action
from audit.record import record_each
from tokens.models import Token
from tokens.rights import Right

AT_ONCE = 1000  # tokens revoked in one transaction
REASON = "The tenant was deleted"


def delete_tenant(tenant: Tenant, *, by: Actor) -> int:
    """Final: from the first step on no token works; then each one is revoked, in batches. How many there were.

    The rows stay, for the ledger's sake. When it was interrupted, the same again revokes the rest. The vendor's backend
    needs the right to end tokens beside the one to provision.
    """
    if by.is_management:
        by.must_have(Right.TOKENS)
    tenants.delete(tenant, by=by)
    count = 0
    while ended := _revoke_some(tenant, by):
        count += ended
    return count


def must_confirm(tenant: Tenant, typed: str) -> None:
    """Whoever deletes it says which one. Raises ValidationError on `confirm`."""
    if typed.strip() != tenant.slug:
        raise ValidationError({"confirm": f"Type {tenant.slug} to confirm."})


def _revoke_some(tenant: Tenant, by: Actor) -> int:
    now = clock.now()
    with transaction.atomic():
        running = Token.objects.of_tenant(tenant).running(now).order_by("pk").select_for_update(of=("self",))[:AT_ONCE]
        refs = [token.ref for token in running]
        ended = Token.objects.running(now).filter(pk__in=[ref.id for ref in refs])
        ended.update(revoked_at=now, ends_at=now, revoked_reason=REASON)
        record_each(Action.TOKEN_REVOKED, refs, by=by.ref, origin=by.origin, tenant_id=tenant.pk, reason=REASON)
    return len(refs)
