"""A new tenant from the platform's pages: with a first owner, who is known or gets a link to set a password."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import invite, letters, tenants
from accounts.access import Actor
from accounts.models import Tenant, User
from accounts.provisioning import is_handed_over

FIELDS_OF_THE_OWNER = {"email": "owner_email", "name": "owner_name"}


@dataclass(frozen=True, slots=True)
class Founded:
    """`is_told`: whether the mail to the owner left."""

    tenant: Tenant
    owner: User
    is_told: bool


def found(slug: str, name: str, *, owner_email: str, owner_name: str, by: Actor) -> Founded:
    """All of it or nothing. Raises ValidationError by field.

    The owner's link goes to the owner's mailbox and nowhere else: whoever founds a tenant cannot enter it with it.
    """
    by.must_govern("Creating tenants is")
    try:
        with transaction.atomic():
            owner = _owner(owner_email, owner_name)
            tenant = tenants.create(slug.strip(), " ".join(name.split()), owner=owner, by=by)
    except IntegrityError:
        raise ValidationError("Somebody else did something like it at the same moment. Try again.") from None
    return Founded(tenant, owner, _tell(owner, tenant))


def _owner(email: str, name: str) -> User:
    try:
        return invite.find_or_create(email, " ".join(name.split()))
    except ValidationError as error:
        renamed = {FIELDS_OF_THE_OWNER.get(field, field): texts for field, texts in error.message_dict.items()}
        raise ValidationError(renamed) from error


def _tell(owner: User, tenant: Tenant) -> bool:
    link = "" if is_handed_over(owner) else invite.password_link(owner)
    page = settings.PUBLIC_ORIGIN + reverse("tenant", args=[tenant.slug])
    return letters.send(
        owner.email, f"{tenant} is yours", "first_owner", user=owner, tenant=tenant, link=link, page=page
    )
