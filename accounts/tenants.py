"""Tenants and the first people in them."""

from dataclasses import replace

from django.db import transaction

from accounts import memberships, roles
from accounts.access import PROVISION, Actor, PermissionDenied
from accounts.models import Membership, Platform, Tenant, User
from audit import clock
from audit.actions import Action
from audit.record import record


def create(slug: str, name: str, *, owner: User, by: Actor) -> Tenant:
    """A tenant with its first owner. Raises ValidationError for a slug that is taken or misspelt."""
    _must_operate(by)
    with transaction.atomic():
        tenant = open_new(slug, name, by=by)
        founder = replace(by, is_operator=True)  # a platform admin is no member; the ledger still names them
        memberships.add(owner, to=tenant, role=roles.built_in("owner"), by=founder)
    return tenant


def open_new(slug: str, name: str, *, by: Actor, external_id: str | None = None) -> Tenant:
    """A tenant with nobody in it yet. Raises ValidationError, or IntegrityError when somebody was faster."""
    _must_keep_house(by)
    tenant = Tenant(slug=slug, name=name, external_id=external_id)
    tenant.full_clean()
    with transaction.atomic():
        tenant.token_limits = Platform.objects.locked().token_limits
        tenant.save()
        record(Action.TENANT_CREATED, by=by.ref, origin=by.origin, tenant_id=tenant.pk, on=tenant.ref)
    return tenant


def rename(tenant: Tenant, name: str, *, by: Actor) -> bool:
    """Another name; the slug never changes. Whether it was another one."""
    _must_keep_house(by)
    if name == tenant.name:
        return False
    before, tenant.name = tenant.name, name
    tenant.full_clean(validate_unique=False)
    with transaction.atomic():
        tenant.save(update_fields=["name"])
        detail = {"before": before, "after": name}
        record(Action.TENANT_RENAMED, by=by.ref, origin=by.origin, tenant_id=tenant.pk, on=tenant.ref, **detail)
    return True


def suspend(tenant: Tenant, *, by: Actor) -> None:
    """Every token of the tenant is refused and its members see one notice page, until `resume`."""
    _switch(tenant, by, suspended=True)


def resume(tenant: Tenant, *, by: Actor) -> None:
    _switch(tenant, by, suspended=False)


def delete(tenant: Tenant, *, by: Actor) -> None:
    """Final: it is suspended for ever, nobody belongs to it any more, and the vendor's id for it is free again.

    Its tokens are refused from now on; `tokens.closing` revokes them. Again it changes nothing.
    """
    if by.is_management:
        by.must_have(PROVISION)
    else:
        by.must_govern("Deleting tenants is")
    now = clock.now()
    with transaction.atomic():
        locked = Tenant.objects.select_for_update().get(pk=tenant.pk)
        if locked.deleted_at is None:
            suspended = locked.suspended_at or now
            Tenant.objects.filter(pk=tenant.pk).update(deleted_at=now, suspended_at=suspended, external_id=None)
            members = Membership.objects.in_tenant(tenant).current().update(ended_at=now)
            detail = {"members": members, "external_id": locked.external_id or ""}
            record(Action.TENANT_DELETED, by=by.ref, origin=by.origin, tenant_id=tenant.pk, on=tenant.ref, **detail)
    tenant.refresh_from_db(fields=["deleted_at", "suspended_at", "external_id"])


def create_platform_admin(user: User, *, by: Actor) -> None:
    """Platform admins see tenants and limits, never a tenant's secrets, and cannot act inside one."""
    _must_operate(by)
    with transaction.atomic():
        user.is_platform_admin = True
        user.save(update_fields=["is_platform_admin"])
        record(Action.PLATFORM_ADMIN_CREATED, by=by.ref, origin=by.origin, tenant_id=None, on=user.ref)


def remove_platform_admin(user: User, *, by: Actor) -> bool:
    """From their next request on they are what their memberships make them. Whether they were one."""
    _must_operate(by)
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_platform_admin=True).update(is_platform_admin=False):
            return False
        record(Action.PLATFORM_ADMIN_REMOVED, by=by.ref, origin=by.origin, tenant_id=None, on=user.ref)
    user.is_platform_admin = False
    return True


def _switch(tenant: Tenant, by: Actor, *, suspended: bool) -> None:
    _must_keep_house(by)
    action = Action.TENANT_SUSPENDED if suspended else Action.TENANT_RESUMED
    with transaction.atomic():
        waiting = Tenant.objects.existing().filter(pk=tenant.pk, suspended_at__isnull=suspended)
        if waiting.update(suspended_at=clock.now() if suspended else None):
            record(action, by=by.ref, origin=by.origin, tenant_id=tenant.pk, on=tenant.ref)
    tenant.refresh_from_db(fields=["suspended_at"])


def _must_operate(by: Actor) -> None:
    if not (by.is_operator or by.is_platform_admin):
        raise PermissionDenied(by, None, "Only a platform admin can do this.")


def _must_keep_house(by: Actor) -> None:
    """The platform's own people, or its backend with the right to provision."""
    if by.is_management:
        by.must_have(PROVISION)
    else:
        _must_operate(by)
