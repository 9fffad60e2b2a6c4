"""Permissions: what the catalogue offers, one by one. They are read here, and changed in the catalogue file alone."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts import permissions
from accounts.grants import Grant
from accounts.installed import catalogue
from accounts.models import Role
from accounts.words import label
from api.frontegg import callers, roles
from api.frontegg.answers import Problem, answer, bad, moment, not_found
from api.frontegg.bodies import read_list
from tokens.rights import Right

FIXED = "Permissions are those of the catalogue file: change them there. Which ones a role has is the role's to say."
TAKEN = "Permissions already exist"


def index(request: HttpRequest) -> HttpResponse:
    known = roles.known(request)
    return answer([_shown(pk, grant, known) for pk, grant in permissions.installed().items()])


def categories(request: HttpRequest) -> HttpResponse:
    """The areas of the catalogue."""
    roles.known(request)
    return answer(
        [
            {"id": str(permissions.area_id(area.key)), "name": area.name, "description": area.description}
            for area in catalogue().areas
        ]
    )


def create(request: HttpRequest) -> HttpResponse:
    """Never: either they are there already, or the catalogue does not offer them."""
    callers.anywhere(request, Right.PROVISION)
    known = {str(grant) for grant in permissions.installed().values()}
    if all(body.text("key") in known for body in read_list(request)):
        raise bad(TAKEN)
    raise Problem(HTTPStatus.FORBIDDEN, FIXED)


def change(request: HttpRequest, permission_id: UUID) -> HttpResponse:
    callers.anywhere(request, Right.PROVISION)
    if permission_id not in permissions.installed():
        raise not_found()
    raise Problem(HTTPStatus.FORBIDDEN, FIXED)


def _shown(pk: UUID, grant: Grant, known: list[Role]) -> dict[str, Any]:
    """It is as old as the built-in roles, which are made of the same file."""
    area = catalogue().area_of(grant.resource)
    action = catalogue().action_of(grant)
    since = moment(min(role.created_at for role in known)) if known else None
    return {
        "id": str(pk),
        "key": str(grant),
        "name": label(grant, catalogue()),
        "description": action.description if action else "",
        "categoryId": str(permissions.area_id(area.key)) if area else None,
        "fePermission": False,
        "roleIds": [str(role.pk) for role in known if role.grants.covers(grant)],
        "createdAt": since,
        "updatedAt": since,
    }
