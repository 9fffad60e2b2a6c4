"""Tenants and people by what the vendor calls them: our UUID, or the id of its own that it gave."""

from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, Tenant


def tenant(text: str) -> Tenant | None:
    """Our own id counts first: nobody can take a tenant's name away with an id that looks like ours."""
    found = list(Tenant.objects.existing().filter(_is("", text)))
    return min(found, key=lambda one: str(one.pk) != text.lower(), default=None)


def member(text: str, *, of: Tenant) -> Membership | None:
    """Somebody's current membership, suspended or not."""
    current = Membership.objects.in_tenant(of).current().with_everything()
    found = list(current.filter(_is("user__", text)))
    return min(found, key=lambda one: str(one.user_id) != text.lower(), default=None)


def _is(path: str, text: str) -> Q:
    by_name = Q(**{f"{path}external_id": text})
    try:
        return by_name | Q(**{f"{path}id": UUID(text)})
    except ValueError:
        return by_name
