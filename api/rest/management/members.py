"""Who belongs to a tenant, and with which role, as the vendor's own product says."""

from django.http import Http404, HttpResponse
from ninja import Query, Router, Status

from accounts import memberships, provisioning
from accounts.access import Actor
from accounts.models import Membership
from api.rest.management.door import Managed, ManagementBearer, in_tenant, user_of
from api.rest.management.shapes import Inheritance, ManagedMember, MemberSaid, Reference
from api.rest.paging import Page, Paged
from api.rest.values import nothing
from audit.keyset import Phase, page
from tokens import leaving
from tokens.rights import Right

router = Router(tags=["management"])
provisions = ManagementBearer(Right.PROVISION)

ALL = "/management/tenants/{ref}/members"
ONE = f"{ALL}/{{user_ref}}"


@router.get(
    ALL,
    operation_id="listManagedMembers",
    auth=provisions,
    response=Page[ManagedMember],
    summary="List a tenant's members",
)
def index(request: Managed, ref: Reference, asked: Query[Paged]) -> Page[ManagedMember]:
    """Suspended ones too, in the order in which they came."""
    tenant, _ = in_tenant(request, ref)
    people = Membership.objects.in_tenant(tenant).current().with_everything()
    found = page([Phase(people, ("id",))], asked.cursor, size=asked.limit, strict=True)
    return Page(items=[ManagedMember.of(one) for one in found], next=found.next)


@router.put(
    ONE,
    operation_id="putMember",
    auth=provisions,
    response={201: ManagedMember, 200: ManagedMember},
    summary="Add a member or change the role",
)
def put(request: Managed, ref: Reference, user_ref: Reference, body: MemberSaid) -> Status[ManagedMember]:
    """The same again changes nothing, and a suspended member stays suspended. The last owner stays one."""
    _, by = in_tenant(request, ref)
    member, is_new = provisioning.put_member(user_of(user_ref), body.role, by=by)
    return Status(201 if is_new else 200, ManagedMember.of(member))


@router.delete(ONE, operation_id="removeMember", auth=provisions, response={204: None}, summary="Remove a member")
def remove(request: Managed, ref: Reference, user_ref: Reference, asked: Query[Inheritance]) -> HttpResponse:
    """For good: personal tokens of this membership are dead, even if the person is added again.

    With `heir_id`, in one step, that person answers for the tenant tokens and manages the service users that nobody
    else does; this takes the right `tokens` as well. Without it they wait for somebody under "Needs an owner".
    """
    member, by = _member(request, ref, user_ref)
    leaving.remove(member, by=by, heir=_heir(asked.heir_id, member, by) if asked.heir_id else None)
    return nothing()


@router.post(
    f"{ONE}/suspend",
    operation_id="suspendMember",
    auth=provisions,
    response=ManagedMember,
    summary="Suspend a member",
)
def suspend(request: Managed, ref: Reference, user_ref: Reference) -> ManagedMember:
    """Until resumed, neither they nor their personal tokens get in."""
    member, by = _member(request, ref, user_ref)
    memberships.suspend(member, by=by)
    return ManagedMember.of(member)


@router.post(
    f"{ONE}/resume", operation_id="resumeMember", auth=provisions, response=ManagedMember, summary="Resume a member"
)
def resume(request: Managed, ref: Reference, user_ref: Reference) -> ManagedMember:
    """Everything is as it was."""
    member, by = _member(request, ref, user_ref)
    memberships.resume(member, by=by)
    return ManagedMember.of(member)


def _heir(ref: str, leaver: Membership, by: Actor) -> Membership:
    """Raises ValidationError for whoever does not belong to the tenant, or could not look after it."""
    by.must_have(Right.TOKENS)
    user = provisioning.find_user(ref)
    found = provisioning.find_membership(leaver.tenant, user) if user else None
    return leaving.heir(found.pk if found else None, of=leaver, by=by)


def _member(call: Managed, ref: str, user_ref: str) -> tuple[Membership, Actor]:
    tenant, by = in_tenant(call, ref)
    if found := provisioning.find_membership(tenant, user_of(user_ref)):
        return found, by
    raise Http404
