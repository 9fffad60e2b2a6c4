"""What people change about themselves: name and time zone. The e-mail address has a module of its own."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import memberships, signing_in, time_zones
from accounts.access import Actor, PermissionDenied
from accounts.models import User
from accounts.provisioning import is_handed_over
from audit.actions import Action


def edit(*, name: str, time_zone: str, by: Actor) -> bool:
    """Whether anything changed. Raises ValidationError by field.

    Whom the vendor hands over is called what the vendor calls them: only the zone is theirs.
    """
    user = in_person(by)
    name = user.name if is_handed_over(user) else " ".join(name.split())
    if time_zone not in time_zones.names():
        raise ValidationError({"time_zone": "Choose one of the list."})
    before = {"name": user.name, "time_zone": user.time_zone}
    after = {"name": name, "time_zone": time_zone}
    if before == after:
        return False
    user.name, user.time_zone = name, time_zone
    user.full_clean(exclude=["password", "email", "external_id"], validate_unique=False, validate_constraints=False)
    with transaction.atomic():
        user.save(update_fields=["name", "time_zone"])
        if before["name"] != name:
            memberships.list_anew(user)
        signing_in.note(Action.PROFILE_CHANGED, user, by.origin, before=before, after=after)
    return True


def in_person(by: Actor) -> User:
    if by.user is None or by.by_proxy:
        raise PermissionDenied(by, None, "A profile belongs to a person, who must be signed in.")
    return by.user
