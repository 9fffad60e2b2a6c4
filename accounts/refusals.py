"""What somebody was refused, in the ledger of where they tried."""

from typing import Any

from django.db import transaction

from accounts.access import PermissionDenied
from audit.actions import Action
from audit.record import record

PATH_CHARACTERS = 200


def write_down(refusal: PermissionDenied, *, path: str) -> None:
    """In a transaction of its own: the one in which the right was missing has been rolled back."""
    actor = refusal.actor
    detail: dict[str, Any] = {"right": str(refusal.right or ""), "path": path[:PATH_CHARACTERS]}
    with transaction.atomic():
        record(Action.ACCESS_REFUSED, by=actor.ref, origin=actor.origin, tenant_id=actor.tenant_id, **detail)
