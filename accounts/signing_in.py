"""What the ledger says about sessions: signed in, refused, out, password confirmed or changed.

A person belongs to several tenants, and each tenant's administrators read their own ledger: one row per tenant, or a
single platform row for somebody who belongs to none or whom nobody knows.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Membership, User
from audit.actions import Action
from audit.record import Origin, Ref, record, tally

LOGIN_LABEL_CHARACTERS = 254


def note(action: Action, user: User, origin: Origin, **detail: Any) -> None:
    with transaction.atomic():
        for tenant_id in _tenants_of(user):
            record(action, by=user.ref, origin=origin, tenant_id=tenant_id, on=user.ref, **detail)


def note_failure(action: Action, email: str, origin: Origin) -> None:
    """Failures come in floods: they are summed by minute. What was typed as a password is nowhere."""
    user = User.objects.filter(email__iexact=email).first()
    ref = user.ref if user else Ref("unknown", "", email[:LOGIN_LABEL_CHARACTERS])
    for tenant_id in _tenants_of(user) if user else [None]:
        tally(action, by=ref, origin=origin, tenant_id=tenant_id)


def _tenants_of(user: User) -> Iterable[UUID | None]:
    return list(Membership.objects.of(user.pk).current().values_list("tenant_id", flat=True)) or [None]
