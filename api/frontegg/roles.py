"""Roles: those that every tenant has, which the catalogue file decides about, and a tenant's own.

A management credential needs the right to provision; for reading, the right to make tokens of roles will do too.
"""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts import own_roles, permissions, roles
from accounts.access import Actor
from accounts.grants import EMPTY, Grants
from accounts.models import Role
from accounts.own_roles import HIGHEST_LEVEL, NewRole
from api.frontegg import callers
from api.frontegg.answers import answer, created, empty, moment, not_found
from api.frontegg.bodies import Body, read, read_list
from api.frontegg.drafting import permissions_of
from api.frontegg.paging import page
from tokens.rights import Right
from tokens.signing import installation_id

READING = (Right.PROVISION, Right.TOKENS)


def index(request: HttpRequest) -> HttpResponse:
    """Of the tenant that is named, or those alone that every tenant has."""
    return answer([shown(role) for role in known(request)])


def search(request: HttpRequest) -> HttpResponse:
    """The same in pages."""
    return answer(page(request, [shown(role) for role in known(request)]))


def create(request: HttpRequest) -> HttpResponse:
    """An array of them, all or none."""
    by = callers.in_tenant(request, Right.PROVISION)
    wanted = [_new(body) for body in read_list(request)]
    return created([shown(role) for role in own_roles.create(wanted, by=by)])


def change(request: HttpRequest, role_id: UUID) -> HttpResponse:
    by = callers.in_tenant(request, Right.PROVISION)
    role, body = _one(role_id, by), read(request)
    words = {name: body.words(name) for name in ("name", "description") if name in body.said}
    _refuse_what_is_not_offered(body)
    own_roles.edit(role, by=by, level=_level(body), **words)  # type: ignore[arg-type]
    return answer(shown(role))


def permit(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """`{permissionIds}` instead of those it had."""
    by = callers.in_tenant(request, Right.PROVISION)
    role = _one(role_id, by)
    own_roles.edit(role, by=by, grants=_grants(read(request)))
    return answer(shown(role))


def delete(request: HttpRequest, role_id: UUID) -> HttpResponse:
    by = callers.in_tenant(request, Right.PROVISION)
    own_roles.delete(_one(role_id, by), by=by)
    return empty(HTTPStatus.NO_CONTENT)


def known(request: HttpRequest) -> list[Role]:
    by = callers.anywhere(request, *READING)
    return list(roles.known_to(by) if isinstance(by, Actor) else roles.of_every_tenant())


def shown(role: Role) -> dict[str, Any]:
    return {
        "id": str(role.pk),
        "vendorId": str(installation_id()),
        "tenantId": str(role.tenant_id) if role.tenant_id else None,
        "key": role.key,
        "name": role.name,
        "description": role.description or None,
        "isDefault": False,
        "firstUserRole": False,
        "level": role.level,
        "createdAt": moment(role.created_at),
        "updatedAt": moment(role.updated_at),
        "permissions": [str(permissions.id_of(grant)) for grant in permissions.spelled_out(role.grants)],
    }


def _new(body: Body) -> NewRole:
    _refuse_what_is_not_offered(body)
    return NewRole(body.text("key"), body.text("name"), body.words("description"), _level(body) or 0, _grants(body))


def _refuse_what_is_not_offered(body: Body) -> None:
    for name in ("isDefault", "firstUserRole"):
        body.must_not_be_set(name)


def _level(body: Body) -> int | None:
    return body.number("level", least=0, most=HIGHEST_LEVEL)


def _grants(body: Body) -> Grants:
    ids = body.ids("permissionIds")
    return permissions_of(ids) if ids else EMPTY


def _one(role_id: UUID, by: Actor) -> Role:
    found = own_roles.one(role_id, by=by)
    if found is None:
        raise not_found()
    return found
