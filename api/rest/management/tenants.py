"""Customer organisations, as the vendor's own product knows them."""

from django.http import HttpResponse
from ninja import Query, Router, Status

from accounts import provisioning, tenants
from accounts.models import Tenant
from api import managers
from api.rest.management.door import Managed, ManagementBearer, actor_of, in_tenant
from api.rest.management.shapes import ManagedTenant, Reference, TenantFarewell, TenantSaid
from api.rest.paging import Page, Paged
from api.rest.values import nothing
from audit.keyset import Phase, page
from tokens import closing
from tokens.rights import Right

router = Router(tags=["management"])
provisions = ManagementBearer(Right.PROVISION)


@router.get(
    "/management/tenants",
    operation_id="listManagedTenants",
    auth=provisions,
    response=Page[ManagedTenant],
    summary="List all tenants",
)
def index(request: Managed, asked: Query[Paged]) -> Page[ManagedTenant]:
    """Every one of the platform, in the order in which they came."""
    found = page([Phase(Tenant.objects.existing(), ("id",))], asked.cursor, size=asked.limit, strict=True)
    return Page(items=[ManagedTenant.of(one) for one in found], next=found.next)


@router.put(
    "/management/tenants/{ref}",
    url_name="management-tenant",
    operation_id="putTenant",
    auth=provisions,
    response={201: ManagedTenant, 200: ManagedTenant},
    summary="Make or rename a tenant",
)
def put(request: Managed, ref: Reference, body: TenantSaid) -> Status[ManagedTenant]:
    """The same again changes nothing. Who belongs to it, the members' operations say."""
    tenant, is_new = provisioning.put_tenant(ref, body.name, body.slug, by=actor_of(request))
    managers.enter(request, request.auth, tenant)
    return Status(201 if is_new else 200, ManagedTenant.of(tenant))


@router.get(
    "/management/tenants/{ref}",
    operation_id="readTenant",
    auth=provisions,
    response=ManagedTenant,
    summary="Read a tenant",
)
def detail(request: Managed, ref: Reference) -> ManagedTenant:
    """By the vendor's id or ours."""
    tenant, _ = in_tenant(request, ref)
    return ManagedTenant.of(tenant)


@router.post(
    "/management/tenants/{ref}/suspend",
    operation_id="suspendTenant",
    auth=provisions,
    response=ManagedTenant,
    summary="Suspend a tenant",
)
def suspend(request: Managed, ref: Reference) -> ManagedTenant:
    """From the next check on its tokens are refused, and its members see a notice. Nothing is deleted."""
    tenant, by = in_tenant(request, ref)
    tenants.suspend(tenant, by=by)
    return ManagedTenant.of(tenant)


@router.post(
    "/management/tenants/{ref}/resume",
    operation_id="resumeTenant",
    auth=provisions,
    response=ManagedTenant,
    summary="Resume a tenant",
)
def resume(request: Managed, ref: Reference) -> ManagedTenant:
    """Everything is as it was."""
    tenant, by = in_tenant(request, ref)
    tenants.resume(tenant, by=by)
    return ManagedTenant.of(tenant)


@router.delete(
    "/management/tenants/{ref}",
    operation_id="deleteTenant",
    auth=provisions,
    response={204: None},
    summary="Delete a tenant",
)
def delete(request: Managed, ref: Reference, asked: Query[TenantFarewell]) -> HttpResponse:
    """For good: every token is revoked, nobody belongs to it any more, and the vendor's id for it is free again.

    `confirm` repeats its `slug`. This takes the right `tokens` beside `provision`. What happened stays in the ledger.
    """
    tenant, by = in_tenant(request, ref)
    by.must_have(Right.TOKENS)
    closing.must_confirm(tenant, asked.confirm)
    closing.delete_tenant(tenant, by=by)
    return nothing()
