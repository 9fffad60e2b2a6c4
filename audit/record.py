"""The only way into the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from audit import clock
from audit.actions import Action
from audit.models import Event


@dataclass(frozen=True, slots=True)
class Ref:
    """A person or thing as it was called at that moment. `kind` is a lower-case noun, `id` a UUID or a login."""

    kind: str
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a deed came from: client address, User-Agent, request id. Empty for commands."""

    address: str = ""
    client: str = ""
    request_id: str = ""


NOTHING = Ref("", "", "")


def record(
    action: Action, *, by: Ref, origin: Origin, tenant_id: UUID | None, on: Ref = NOTHING, **detail: Any
) -> Event:
    """Write one row, in the transaction of what it tells of. Outside a transaction it refuses."""
    _must_be_in_a_transaction(action)
    return Event.objects.create(**_row(action, by, origin, tenant_id, on, detail))


def record_each(
    action: Action, on: Iterable[Ref], *, by: Ref, origin: Origin, tenant_id: UUID | None, **detail: Any
) -> None:
    """The same deed on many things: one row for each, in one statement."""
    _must_be_in_a_transaction(action)
    Event.objects.bulk_create([Event(**_row(action, by, origin, tenant_id, ref, detail)) for ref in on])


def tally(action: Action, *, by: Ref, origin: Origin, tenant_id: UUID | None, on: Ref = NOTHING, **detail: Any) -> None:
    """Sum floods: one row per minute, action, tenant, actor and address, however often it happens."""
    bucket = bucket_of(action, by=by, origin=origin, tenant_id=tenant_id)
    row = _row(action, by, origin, tenant_id, on, detail)
    with transaction.atomic():
        _, first = Event.objects.get_or_create(bucket=bucket, defaults=row)
        if not first:
            add(bucket, 1)


def add(bucket: str, times: int) -> None:
    """To the row that `tally` wrote for it."""
    Event.objects.filter(bucket=bucket).update(count=F("count") + times)


def bucket_of(action: Action, *, by: Ref, origin: Origin, tenant_id: UUID | None) -> str:
    """What is summed in one row now."""
    minute = f"{clock.now():%Y%m%d%H%M}"
    return f"{minute}:{action}:{tenant_id or '-'}:{by.id}:{origin.address}"[:120]


def _must_be_in_a_transaction(action: Action) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{action} must be recorded in the transaction that it tells of.")


def _row(
    action: Action, by: Ref, origin: Origin, tenant_id: UUID | None, on: Ref, detail: dict[str, Any]
) -> dict[str, Any]:
    return {
        "action": action,
        "tenant_id": tenant_id,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_label": by.label[:254],
        "target_kind": on.kind,
        "target_id": on.id,
        "target_label": on.label[:254],
        "address": origin.address,
        "client": origin.client[:200],
        "request_id": origin.request_id,
        "detail": detail,
    }
