"""Built-in roles: rows made from the catalogue, so that a check finds every role's grants in one place."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.access import ROLES_READ, Actor
from accounts.catalogue import Catalogue
from accounts.models import Role, Tenant


def load(catalogue: Catalogue) -> None:
    """Make the built-in roles equal to the catalogue's. Idempotent; rows are never deleted, people may hold them."""
    with transaction.atomic():
        for role in catalogue.roles:
            Role.objects.update_or_create(
                tenant=None,
                key=role.key,
                defaults={"name": role.name, "description": role.description, "grants_text": str(role.grants)},
            )


def known_to(by: Actor) -> QuerySet[Role]:
    """The roles of the actor's tenant: those that every tenant has, and its own."""
    by.must(ROLES_READ)
    assert by.tenant
    return of_tenant(by.tenant)


def of_tenant(tenant: Tenant) -> QuerySet[Role]:
    """For verbs that need no right over roles to know what somebody's allows."""
    return Role.objects.filter(Q(tenant=None) | Q(tenant=tenant)).order_by("id")


def of_every_tenant() -> QuerySet[Role]:
    """The built-in ones: no secret, whoever asks."""
    return Role.objects.filter(tenant=None).order_by("id")


def built_in(key: str) -> Role:
    return Role.objects.get(tenant=None, key=key)


def named(key: str, *, of: Tenant) -> Role:
    """The tenant's own before the built-in one of the same key. Raises ValidationError for one that it has not."""
    found = list(Role.objects.filter(Q(tenant=of) | Q(tenant=None), key=key))
    if not found:
        raise ValidationError({"role": "There is no such role in this tenant."})
    return min(found, key=lambda role: role.tenant_id is None)


def chosen(ids: list[UUID], *, by: Actor) -> tuple[Role, ...]:
    """Roles by their ids. Another tenant's is as unknown as one that never was. Raises ValidationError."""
    known = {role.pk: role for role in known_to(by).filter(pk__in=ids)}
    if unknown := [str(each) for each in ids if each not in known]:
        raise ValidationError({"roles": f"Role {unknown[0]} does not exist"})
    return tuple(known[each] for each in ids)
