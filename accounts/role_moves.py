"""Giving another role to all who have one, so that it can go."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count

from accounts import memberships, own_roles
from accounts.access import MEMBERS_WRITE, SERVICE_USERS_WRITE, Actor
from accounts.models import Invitation, Membership, MembershipQuerySet, Role, ServiceUser, ServiceUserQuerySet
from audit import clock
from audit.actions import Action
from audit.record import record_each


def members_of(role: Role, *, by: Actor) -> MembershipQuerySet:
    """Those of the actor's tenant."""
    assert by.tenant
    return Membership.objects.in_tenant(by.tenant).current().having(role)


def service_users_of(role: Role, *, by: Actor) -> ServiceUserQuerySet:
    assert by.tenant
    return ServiceUser.objects.in_tenant(by.tenant).current().having(role)


def numbers(by: Actor) -> dict[UUID, int]:
    """How many members of the actor's tenant have each role."""
    assert by.tenant
    found = Membership.objects.in_tenant(by.tenant).current().order_by()
    return dict(found.values_list("role").annotate(Count("pk")))


def delete(role: Role, *, to: Role | None, by: Actor) -> None:
    """End a role of the tenant's own. Whoever has it has `to` from then on; without `to`, nobody may have it."""
    own_roles.must_manage(role, by)
    with transaction.atomic():
        if to is not None:
            _move(role, to, by)
        own_roles.delete(role, by=by)


def _move(role: Role, to: Role, by: Actor) -> None:
    by.must(MEMBERS_WRITE)
    assert by.tenant
    if to.pk == role.pk:
        raise ValidationError({"to": "Choose another role."})
    memberships.must_give(to, by.tenant, by)
    people = list(members_of(role, by=by).with_everything().select_for_update(of=("self",)))
    workers = list(service_users_of(role, by=by).select_for_update(of=("self",)))
    if workers:
        by.must(SERVICE_USERS_WRITE)
    Membership.objects.filter(pk__in=[one.pk for one in people]).update(role=to)
    ServiceUser.objects.filter(pk__in=[one.pk for one in workers]).update(role=to)
    Invitation.objects.in_tenant(by.tenant).open_at(clock.now()).filter(role=role).update(role=to)
    told: dict[str, Any] = {
        "by": by.ref,
        "origin": by.origin,
        "tenant_id": by.tenant.pk,
        "before": role.key,
        "after": to.key,
    }
    record_each(Action.ROLE_CHANGED, [one.ref for one in people], **told)
    record_each(Action.SERVICE_USER_RIGHTS_CHANGED, [one.ref for one in workers], **told)
