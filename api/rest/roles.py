"""Named sets of grants that the tenant's members hold."""

from uuid import UUID

from ninja import Router
from pydantic import BaseModel

from accounts import roles
from accounts.access import ROLES_READ
from api.rest.door import BearerToken, Call, actor_of
from api.rest.paging import Page

router = Router(tags=["roles"])


class Role(BaseModel):
    """`built_in`: every tenant has it, and nobody changes it here."""

    id: UUID
    key: str
    name: str
    description: str
    scope: str
    built_in: bool


@router.get("/roles", operation_id="listRoles", auth=BearerToken(ROLES_READ), response=Page[Role], summary="List roles")
def index(request: Call) -> Page[Role]:
    """All of them, with what each allows."""
    return Page.whole(
        [
            Role(
                id=one.pk,
                key=one.key,
                name=one.name,
                description=one.description,
                scope=one.grants_text,
                built_in=one.tenant_id is None,
            )
            for one in roles.known_to(actor_of(request))
        ]
    )
