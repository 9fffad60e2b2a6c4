"""A tenant's token policy: what may be issued, and what a check still honours."""

import json
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.access import POLICY_WRITE, Actor
from accounts.grants import Forbidden, GrantError
from accounts.models import Tenant
from audit.actions import Action
from audit.record import record
from tokens.expiry import YEAR_DAYS
from tokens.kinds import Kind

RULES_CACHE = 1024  # texts per process; tenants with the same policy share one


@dataclass(frozen=True, slots=True)
class Rules:
    """What a policy says. The defaults hold for a tenant that never chose anything.

    `max_days` bounds every lifetime. `never` lets tenant and service tokens go without an end; a
    personal token always has one.
    `forbidden` is a scope string that is subtracted from every token at every check.
    """

    personal: bool = True
    tenant: bool = True
    max_days: int = YEAR_DAYS
    never: bool = False
    forbidden: str = ""
    service: bool = True

    @classmethod
    def parse(cls, text: str) -> Self:
        """From what a tenant's row holds. Unknown names are ignored: an older process reads a newer row."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in json.loads(text).items() if name in known})

    def allows(self, kind: Kind) -> bool:
        return {Kind.PERSONAL: self.personal, Kind.SERVICE: self.service, Kind.TENANT: self.tenant}[kind]

    def may_never_end(self, kind: Kind) -> bool:
        return self.never and kind is not Kind.PERSONAL

    def latest_end(self, kind: Kind, created_at: datetime) -> datetime | None:
        """The moment after which a token made then is refused; None where it may live for ever."""
        return None if self.may_never_end(kind) else created_at + timedelta(days=self.max_days)


@lru_cache(maxsize=RULES_CACHE)
def rules_from(text: str) -> Rules:
    """Memoised by the text itself, so there is nothing to invalidate."""
    return Rules.parse(text)


def rules_of(tenant: Tenant) -> Rules:
    return rules_from(tenant.token_rules)


def change(tenant: Tenant, /, *, by: Actor, **changes: Any) -> Rules:
    """Set some of a tenant's rules; they bite at the next check. Raises ValidationError per rule."""
    by.must(POLICY_WRITE, on=tenant)
    with transaction.atomic():
        locked = Tenant.objects.select_for_update().get(pk=tenant.pk)
        before = rules_of(locked)
        after = replace(before, **changes)
        _validate(after)
        tenant.token_rules = locked.token_rules = json.dumps(asdict(after), sort_keys=True)
        locked.save(update_fields=["token_rules"])
        changed = {name: [getattr(before, name), value] for name, value in asdict(after).items() if name in changes}
        record(
            Action.POLICY_CHANGED,
            by=by.ref,
            origin=by.origin,
            tenant_id=tenant.pk,
            on=tenant.ref,
            **changed,
        )
    return after


def _validate(rules: Rules) -> None:
    if not 1 <= rules.max_days <= YEAR_DAYS:
        raise ValidationError({"max_days": f"Choose 1 to {YEAR_DAYS} days."})
    try:
        Forbidden.parse(rules.forbidden)
    except GrantError as error:
        raise ValidationError({"forbidden": str(error)}) from error
