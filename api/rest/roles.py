"""Named sets of grants that the tenant's members hold."""

from uuid import UUID

from ninja import Query, Router
from pydantic import BaseModel

from accounts import models, roles
from accounts.access import ROLES_READ
from api.rest.door import BearerToken, Call, actor_of
from api.rest.paging import Page, Paged
from audit.keyset import Phase, page

router = Router(tags=["roles"])


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


@router.get("/roles", operation_id="listRoles", auth=BearerToken(ROLES_READ), response=Page[Role], summary="List roles")
def index(request: Call, asked: Query[Paged]) -> Page[Role]:
    """All of them, with what each allows."""
    known = roles.known_to(actor_of(request))
    found = page([Phase(known, ("id",))], asked.cursor, size=asked.limit, strict=True)
    return Page(items=[Role.of(one) for one in found], next=found.next)
