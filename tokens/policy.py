"""A tenant's token policy and the platform's limits: what holds for a tenant, and how it is changed.

A change takes effect at once or on a later day. Whom it stops is told by `tokens.foresight`.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.access import POLICY_WRITE, Actor
from accounts.grants import Forbidden, GrantError
from accounts.installed import catalogue
from accounts.models import Platform, Tenant
from audit import clock
from audit.actions import Action
from audit.record import record
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.rules import UNLIMITED, Policy, Rules, Timeline, limits_in, policy_in, timeline_of

LIMITS = "The platform's token limits are"
MOST_PER_PERSON = 10_000
LATEST_DAYS = 366  # a change that is further away is none


def timeline(tenant: Tenant) -> Timeline:
    """What holds for a tenant, and when."""
    return timeline_of(tenant.token_rules, tenant.token_limits)


def rules_of(tenant: Tenant) -> Rules:
    """What holds for a tenant now."""
    return timeline(tenant).at(clock.now())


def policy_of(tenant: Tenant) -> Policy:
    """What the tenant chose, whatever the platform's limits make of it."""
    return policy_in(tenant.token_rules).settled(clock.now())


def limits_on(tenant: Tenant) -> Policy:
    return limits_in(tenant.token_limits).settled(clock.now())


def limits() -> Policy:
    """The platform's own row; whoever only checks reads the copy on the tenant's."""
    found = Platform.objects.values_list("token_limits", flat=True).first()
    return limits_in(found or "{}").settled(clock.now())


def change(tenant: Tenant, /, *, by: Actor, **changes: Any) -> Rules:
    """Set some of a tenant's rules, now and after a planned change; they bite at the next check.

    As `Rules.changed` takes them. Raises ValidationError per rule.
    """
    by.must(POLICY_WRITE, on=tenant)
    with transaction.atomic():
        before = _locked(tenant)
        after = before.rules.changed(**changes)
        later = before.next_rules.changed(**changes) if before.next_rules else None
        validate(after)
        _store(tenant, Policy(after, later, before.next_from))
        _write(Action.POLICY_CHANGED, tenant, by, changed(before.rules, after))
    return after


def plan(tenant: Tenant, rules: Rules, *, on: datetime | None, by: Actor) -> Policy:
    """All of a tenant's rules anew, from a moment on; None is now. A change that was planned before is forgotten."""
    by.must(POLICY_WRITE, on=tenant)
    must_come(on)
    with transaction.atomic():
        before = _locked(tenant)
        validate(rules, limits_on(tenant).rules)
        after = proposed(before, rules, on)
        _store(tenant, after)
        told = changed(before.rules, rules) | _from(on)
        _write(Action.POLICY_PLANNED if on else Action.POLICY_CHANGED, tenant, by, told)
    return after


def must_be_possible(tenant: Tenant, rules: Rules, *, on: datetime | None, by: Actor) -> None:
    """Raise what `plan` would raise."""
    by.must(POLICY_WRITE, on=tenant)
    must_come(on)
    validate(rules, limits_on(tenant).rules)


def withdraw(tenant: Tenant, *, by: Actor) -> bool:
    """Forget a planned change. False if there is none, or its day has come."""
    by.must(POLICY_WRITE, on=tenant)
    with transaction.atomic():
        before = _locked(tenant)
        if before.next_rules is None:
            return False
        _store(tenant, Policy(before.rules))
        _write(Action.POLICY_WITHDRAWN, tenant, by, changed(before.next_rules, before.rules) | _from(before.next_from))
    return True


def limit(rules: Rules, *, on: datetime | None, by: Actor) -> Policy:
    """The platform's limits anew: every tenant's row gets its copy in the same transaction."""
    must_be_limits(rules, on=on, by=by)
    with transaction.atomic():
        row = Platform.objects.locked()
        before = limits_in(row.token_limits).settled(clock.now())
        after = proposed(before, rules, on)
        _spread(row, after)
        told = changed(before.rules, rules) | _from(on)
        action = Action.LIMITS_PLANNED if on else Action.LIMITS_CHANGED
        record(action, by=by.ref, origin=by.origin, tenant_id=None, **told)
    return after


def must_be_limits(rules: Rules, *, on: datetime | None, by: Actor) -> None:
    """Raise what `limit` would raise."""
    by.must_govern(LIMITS)
    validate(rules)
    must_come(on)


def withdraw_limits(*, by: Actor) -> bool:
    by.must_govern(LIMITS)
    with transaction.atomic():
        row = Platform.objects.locked()
        before = limits_in(row.token_limits).settled(clock.now())
        if before.next_rules is None:
            return False
        _spread(row, Policy(before.rules))
        told = changed(before.next_rules, before.rules) | _from(before.next_from)
        record(Action.LIMITS_WITHDRAWN, by=by.ref, origin=by.origin, tenant_id=None, **told)
    return True


def proposed(before: Policy, rules: Rules, on: datetime | None) -> Policy:
    """What a plan makes of a policy."""
    return Policy(before.rules, rules, on) if on else Policy(rules)


def changed(before: Rules, after: Rules) -> dict[str, Any]:
    """Rule by rule what was and what will be."""
    was = before.flat()
    return {name: [was[name], value] for name, value in after.flat().items() if was[name] != value}


def validate(rules: Rules, bounds: Rules = UNLIMITED) -> None:
    """Raise one ValidationError with everything that is wrong, by rule. `bounds`: what the platform allows."""
    asked, left = rules.flat(), rules.changed(forbidden="").within(bounds).flat()
    switches = [name for name in asked if name == "custom" or name.endswith(("_allowed", "_never"))]
    errors = {name: "The platform does not allow this." for name in switches if asked[name] and not left[name]}
    for kind in Kind:
        most = bounds.of(kind).max_days
        if not 1 <= rules.of(kind).max_days <= most:
            errors[f"{kind}_max_days"] = f"Choose 1 to {most} days."
    if rules.of(Kind.PERSONAL).never:
        errors["personal_never"] = "A personal token always has an end."
    if rules.per_person is not None and not 1 <= rules.per_person <= MOST_PER_PERSON:
        errors["per_person"] = f"Choose 1 to {MOST_PER_PERSON:,} tokens, or leave it empty."
    try:
        if unknown := catalogue().problems(Forbidden.parse(rules.forbidden)):
            errors["forbidden"] = unknown[0]
    except GrantError as error:
        errors["forbidden"] = str(error)
    if errors:
        raise ValidationError(errors)


def must_come(on: datetime | None) -> None:
    now = clock.now()
    if on is not None and not now < on <= now + LATEST_DAYS * DAY:
        raise ValidationError({"on": "Choose a day after today, within a year."})


def _locked(tenant: Tenant) -> Policy:
    locked = Tenant.objects.select_for_update().get(pk=tenant.pk)
    tenant.token_rules, tenant.token_limits = locked.token_rules, locked.token_limits
    return policy_of(tenant)


def _store(tenant: Tenant, policy: Policy) -> None:
    tenant.token_rules = policy.text
    Tenant.objects.filter(pk=tenant.pk).update(token_rules=policy.text)


def _spread(row: Platform, policy: Policy) -> None:
    """Tenants made meanwhile wait for the platform's row, and copy what it holds then."""
    Platform.objects.filter(pk=row.pk).update(token_limits=policy.text)
    Tenant.objects.update(token_limits=policy.text)


def _from(on: datetime | None) -> dict[str, Any]:
    return {"from": on.isoformat(timespec="seconds")} if on else {}


def _write(action: Action, tenant: Tenant, by: Actor, detail: dict[str, Any]) -> None:
    record(action, by=by.ref, origin=by.origin, tenant_id=tenant.pk, on=tenant.ref, **detail)
