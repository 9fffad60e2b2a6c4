"""Built-in roles: rows made from the catalogue, so that a check finds every role's grants in one place."""

from django.db import transaction

from accounts.catalogue import Catalogue
from accounts.models import Role


def load(catalogue: Catalogue) -> None:
    """Make the built-in roles equal to the catalogue's. Idempotent; rows are never deleted, people may hold them."""
    with transaction.atomic():
        for role in catalogue.roles:
            Role.objects.update_or_create(
                tenant=None,
                key=role.key,
                defaults={"name": role.name, "description": role.description, "grants_text": str(role.grants)},
            )


def built_in(key: str) -> Role:
    return Role.objects.get(tenant=None, key=key)
