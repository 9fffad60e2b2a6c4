"""Who manages a service user: people of its tenant, best more than one."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import service_users
from accounts.access import SERVICE_USERS_WRITE, Actor
from accounts.models import Membership, ServiceUser, ServiceUserManager
from audit.actions import Action

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
    service_users.write(action, service_user, by, manager=f"{manager.user.name} ({manager.user.email})")
