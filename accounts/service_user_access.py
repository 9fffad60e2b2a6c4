"""Single rights of a service user, added and taken away, from what it has at that moment: others may change it too."""

from django.db import transaction

from accounts import service_users
from accounts.access import Actor
from accounts.grants import Grant, Grants
from accounts.models import ServiceUser
from accounts.service_users import Rights


def add(service_user: ServiceUser, grants: Grants, *, by: Actor) -> None:
    """Beside what it has. Raises ValidationError on `grants`."""
    service_users.must_manage(service_user, by)
    with transaction.atomic():
        now = service_users.lock(service_user)
        service_users.change_rights(service_user, to=Rights(now.role, now.grants | grants), by=by)


def remove(service_user: ServiceUser, grant: Grant, *, by: Actor) -> None:
    """That very one, where it still is."""
    service_users.must_manage(service_user, by)
    with transaction.atomic():
        now = service_users.lock(service_user)
        left = Grants(each for each in now.grants if each != grant)
        service_users.change_rights(service_user, to=Rights(now.role, left), by=by)
