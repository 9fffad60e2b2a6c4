"""Who manages a service user: people of its tenant, best more than one."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import service_users
from accounts.access import SERVICE_USERS_WRITE, Actor
from accounts.models import Membership, ServiceUser, ServiceUserManager
from audit.actions import Action
from audit.record import record_each

LAST = "This is its last manager. Add another one first, or ask an administrator."


def add(service_user: ServiceUser, manager: Membership, *, by: Actor) -> bool:
    """From then on they see it and its tokens, and may make more within their own rights. False if they did already."""
    service_users.must_manage(service_user, by)
    if manager.tenant_id != service_user.tenant_id or manager.ended_at or manager.suspended_at:
        raise ValidationError({"managers": "Choose somebody who belongs here now."})
    try:
        with transaction.atomic():
            service_users.lock(service_user)
            ServiceUserManager.objects.create(service_user=service_user, membership=manager)
            _write(Action.SERVICE_USER_MANAGER_ADDED, service_user, manager, by)
    except IntegrityError:
        return False
    return True


def add_to_all(found: list[ServiceUser], manager: Membership, *, by: Actor) -> int:
    """The same for many of the tenant, which are locked and which they do not manage yet; how many."""
    by.must(SERVICE_USERS_WRITE, on=manager)
    ServiceUserManager.objects.bulk_create(ServiceUserManager(service_user=one, membership=manager) for one in found)
    refs, name = [one.ref for one in found], _name(manager)
    record_each(
        Action.SERVICE_USER_MANAGER_ADDED, refs, by=by.ref, origin=by.origin, tenant_id=by.tenant_id, manager=name
    )
    return len(found)


def remove(service_user: ServiceUser, manager: Membership, *, by: Actor) -> bool:
    """False if they did not manage it. Only who may change every service user takes the last one away."""
    service_users.must_manage(service_user, by)
    with transaction.atomic():
        service_users.lock(service_user)  # two who leave at once: the second one is the last
        held = ServiceUserManager.objects.of(service_user.pk)
        if not by.can(SERVICE_USERS_WRITE, on=service_user) and not held.live().exclude(membership=manager).exists():
            raise ValidationError({"managers": LAST})
        gone, _ = held.filter(membership=manager).delete()
        if gone:
            _write(Action.SERVICE_USER_MANAGER_REMOVED, service_user, manager, by)
    return bool(gone)


def people(service_user: ServiceUser) -> list[ServiceUserManager]:
    """Those who belong to the tenant, suspended ones too, who count for nothing."""
    return list(ServiceUserManager.objects.of(service_user.pk).current().with_people())


def first(service_user: ServiceUser) -> Membership | None:
    """Of those who are here, the one who has managed it longest."""
    held = ServiceUserManager.objects.of(service_user.pk).live().with_people().first()
    return held.membership if held else None


def _write(action: Action, service_user: ServiceUser, manager: Membership, by: Actor) -> None:
    service_users.write(action, service_user, by, manager=_name(manager))


def _name(manager: Membership) -> str:
    return f"{manager.user.name} ({manager.user.email})"
