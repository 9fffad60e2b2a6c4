"""People of a tenant as others name them: by their addresses."""

import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower

from accounts.access import MEMBERS_READ, Actor
from accounts.models import Membership, MembershipQuerySet

SEPARATORS = re.compile(r"[\s,;]+")
SUGGESTED = 20


def named(text: str, *, by: Actor) -> list[Membership]:
    """Members by addresses, separated by spaces, commas or lines, in that order. Raises ValidationError."""
    assert by.tenant
    asked = list(dict.fromkeys(word.lower() for word in SEPARATORS.split(text) if word))
    found = {
        one.user.email.lower(): one
        for one in _members(by).annotate(_email=Lower("user__email")).filter(_email__in=asked)
    }
    if unknown := [address for address in asked if address not in found]:
        raise ValidationError({"managers": f"Nobody with this address belongs to {by.tenant}: {', '.join(unknown)}."})
    return [found[address] for address in asked]


def with_ids(ids: list[UUID], *, by: Actor) -> list[Membership]:
    """Those of the ids that are live memberships of the tenant."""
    return list(_members(by).filter(pk__in=ids))


def like(text: str, *, by: Actor) -> list[Membership]:
    """A few members whose address begins with `text`, for whoever may see who belongs here; nobody for others."""
    if not text or not by.can(MEMBERS_READ):
        return []
    return list(_members(by).filter(user__email__istartswith=text)[:SUGGESTED])


def _members(by: Actor) -> MembershipQuerySet:
    assert by.tenant
    return Membership.objects.in_tenant(by.tenant).live().with_everything().order_by("user__email")
