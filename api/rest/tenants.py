"""The tenant that a token belongs to. There is no other: which one is said by the token, never by the call."""

from uuid import UUID

from ninja import Router
from pydantic import BaseModel

from api.rest.door import BearerToken, Call, actor_of
from api.rest.values import Moment

router = Router(tags=["tenants"])


class Tenant(BaseModel):
    id: UUID
    slug: str
    name: str
    created_at: Moment


@router.get(
    "/tenants/current", operation_id="currentTenant", auth=BearerToken(), response=Tenant, summary="The token's tenant"
)
def current(request: Call) -> Tenant:
    """Any token may ask."""
    tenant = actor_of(request).tenant
    assert tenant
    return Tenant(id=tenant.pk, slug=tenant.slug, name=tenant.name, created_at=tenant.created_at)
