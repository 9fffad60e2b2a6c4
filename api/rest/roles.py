"""Named sets of grants that the tenant's members hold: those that every tenant has, and its own."""

from typing import Annotated
from uuid import UUID

from django.http import Http404, HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from accounts import models, own_roles, role_moves, roles
from accounts.access import ROLES_READ, ROLES_WRITE, Actor
from accounts.grants import EMPTY, Grants
from accounts.own_roles import NewRole
from api.rest.door import BearerToken, Call, actor_of
from api.rest.effects import Preview
from api.rest.members import RoleKey
from api.rest.paging import Page, Paged
from api.rest.values import Given, nothing
from audit.keyset import Phase, page
from tokens import role_foresight

router = Router(tags=["roles"])

reading, writing = BearerToken(ROLES_READ), BearerToken(ROLES_WRITE)

Scope = Annotated[str, Field(description="Scopes, separated by spaces. Empty allows nothing.")]


class Role(BaseModel):
    """`built_in`: every tenant has it, and nobody changes it here."""

    id: UUID
    key: str
    name: str
    description: str
    scope: str
    built_in: bool

    @classmethod
    def of(cls, one: models.Role) -> "Role":
        return cls(
            id=one.pk,
            key=one.key,
            name=one.name,
            description=one.description,
            scope=one.grants_text,
            built_in=one.tenant_id is None,
        )


class RoleSaid(Given):
    """`key` is what programs call it; it never changes."""

    key: str
    name: str
    description: str = ""
    scope: Scope = ""


class RoleChange(Given):
    """What is not named stays."""

    name: str = ""
    description: str = ""
    scope: Scope = ""


class Replacement(Given):
    """What whoever has the role gets in its place."""

    role: RoleKey


class RolePreview(Given):
    """`scope`: what the role would allow. `replaced_by`: the key of the role that takes its place as it goes."""

    scope: Annotated[str | None, Field(description="Scopes, separated by spaces.")] = None
    replaced_by: RoleKey | None = None


@router.get("/roles", operation_id="listRoles", auth=reading, response=Page[Role], summary="List roles")
def index(request: Call, asked: Query[Paged]) -> Page[Role]:
    """All of them, with what each allows."""
    known = roles.known_to(actor_of(request))
    found = page([Phase(known, ("id",))], asked.cursor, size=asked.limit, strict=True)
    return Page(items=[Role.of(one) for one in found], next=found.next)


@router.post("/roles", operation_id="createRole", auth=writing, response={201: Role}, summary="Create a role")
def create(request: Call, body: RoleSaid) -> Status[Role]:
    """A token gives scopes alone that it has itself."""
    wanted = NewRole(body.key, body.name, body.description, grants=_grants(body.scope))
    return Status(201, Role.of(own_roles.create([wanted], by=actor_of(request))[0]))


@router.get("/roles/{role_id}", operation_id="readRole", auth=reading, response=Role, summary="Read a role")
def detail(request: Call, role_id: UUID) -> Role:
    """With what it allows."""
    return Role.of(_known(role_id, actor_of(request)))


@router.patch("/roles/{role_id}", operation_id="changeRole", auth=writing, response=Role, summary="Change a role")
def change(request: Call, role_id: UUID, body: RoleChange) -> Role:
    """Of the tenant's own. What it loses is gone at the next check of every token behind it: ask `preview` first."""
    by = actor_of(request)
    role = _known(role_id, by)
    words = body.model_dump(include={"name", "description"}, exclude_unset=True)
    grants = _grants(body.scope) if "scope" in body.model_fields_set else None
    own_roles.edit(role, by=by, grants=grants, **words)
    return Role.of(role)


@router.delete(
    "/roles/{role_id}", operation_id="deleteRole", auth=writing, response={204: None}, summary="Delete a role"
)
def delete(request: Call, role_id: UUID) -> HttpResponse:
    """That nobody has. Tokens that were made of it lose what it allowed."""
    by = actor_of(request)
    role_moves.delete(_known(role_id, by), to=None, by=by)
    return nothing()


@router.post(
    "/roles/{role_id}/replace",
    operation_id="replaceRole",
    auth=writing,
    response={204: None},
    summary="Delete a role, and give another to whoever has it",
)
def replace(request: Call, role_id: UUID, body: Replacement) -> HttpResponse:
    """Members, service users and open invitations, all or none. To move members takes `members:write` too."""
    by = actor_of(request)
    role = _known(role_id, by)
    role_moves.delete(role, to=_named(body.role, by), by=by)
    return nothing()


@router.post(
    "/roles/{role_id}/preview",
    operation_id="previewRole",
    auth=writing,
    response=Preview,
    summary="Say what a change of a role would do",
)
def preview(request: Call, role_id: UUID, body: RolePreview, asked: Query[Paged]) -> Preview:
    """Which live tokens would lose which scopes, oldest first. With neither field: what deleting it does."""
    by = actor_of(request)
    role = _known(role_id, by)
    if body.scope is not None:
        question = role_foresight.if_it_allowed(role, _grants(body.scope), by=by)
    else:
        to = _named(body.replaced_by, by) if body.replaced_by else None
        question = role_foresight.if_it_went(role, to, by=by)
    return Preview.of(question, asked.cursor, asked.limit)


def _known(role_id: UUID, by: Actor) -> models.Role:
    found = own_roles.one(role_id, by=by)
    if found is None:
        raise Http404
    return found


def _named(key: str, by: Actor) -> models.Role:
    assert by.tenant
    return roles.named(key, of=by.tenant)


def _grants(text: str) -> Grants:
    """As long as it likes: a role never travels."""
    return Grants.parse(text, limit=None) if text else EMPTY
