"""Service users: make, find, read, change, switch off and end them, and say who manages them.

A token manages nothing in person: what it may do is in its scopes.
"""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from accounts import managing, models, service_users
from accounts.access import SERVICE_USERS_CREATE, SERVICE_USERS_READ, SERVICE_USERS_WRITE, Actor
from api.rest.door import BearerToken, Call, actor_of
from api.rest.paging import Page
from api.rest.service_user_shapes import ChangedServiceUser, Farewell, Filters, NewServiceUser, ServiceUser, members
from api.rest.values import nothing
from tokens import service_user_listing as listing
from tokens import service_users as resting

router = Router(tags=["service users"])

reading, writing = BearerToken(SERVICE_USERS_READ), BearerToken(SERVICE_USERS_WRITE)
creating = BearerToken(SERVICE_USERS_CREATE)

ALL = "/service-users"
ONE = f"{ALL}/{{service_user_id}}"


@router.get(
    ALL, operation_id="listServiceUsers", auth=reading, response=Page[ServiceUser], summary="List service users"
)
def index(request: Call, asked: Query[Filters]) -> Page[ServiceUser]:
    """All of the tenant's, by name."""
    by = actor_of(request)
    by.must(SERVICE_USERS_READ)
    found = listing.rows(by, asked.asked, size=asked.limit, strict=True)
    return Page(items=[ServiceUser.of(row) for row in listing.with_managers(found.items)], next=found.next)


@router.post(
    ALL,
    operation_id="createServiceUser",
    auth=creating,
    response={201: ServiceUser},
    summary="Create a service user",
)
def create(request: Call, body: NewServiceUser) -> Status[ServiceUser]:
    """Somebody manages it from the start, best two: without `manager_ids` nobody would, and it is refused.

    A token gives only scopes, and roles of scopes, that it has itself.
    """
    by = actor_of(request)
    by.must(SERVICE_USERS_CREATE)
    made = service_users.create(body.words, body.rights(by), managers=body.managers(by), by=by)
    return Status(201, ServiceUser.of(listing.row(made, by)))


@router.get(ONE, operation_id="readServiceUser", auth=reading, response=ServiceUser, summary="Read a service user")
def detail(request: Call, service_user_id: UUID) -> ServiceUser:
    """One of them, with how it is doing."""
    by = actor_of(request)
    by.must(SERVICE_USERS_READ)
    return ServiceUser.of(listing.row(_known(service_user_id, by), by))


@router.patch(
    ONE, operation_id="changeServiceUser", auth=writing, response=ServiceUser, summary="Change a service user"
)
def change(request: Call, service_user_id: UUID, body: ChangedServiceUser) -> ServiceUser:
    """All of it or nothing. Less access bites at the next request of its tokens; more never widens them."""
    by = actor_of(request)
    one = _managed(service_user_id, by)
    service_users.change(one, body.words(one), body.rights(one, by), by=by)
    return ServiceUser.of(listing.row(one, by))


@router.post(
    f"{ONE}/disable",
    operation_id="disableServiceUser",
    auth=writing,
    response=ServiceUser,
    summary="Disable a service user",
)
def disable(request: Call, service_user_id: UUID) -> ServiceUser:
    """Every token of it is refused at once, until it is enabled again."""
    by = actor_of(request)
    one = _managed(service_user_id, by)
    service_users.disable(one, by=by)
    return ServiceUser.of(listing.row(one, by))


@router.post(
    f"{ONE}/enable",
    operation_id="enableServiceUser",
    auth=writing,
    response=ServiceUser,
    summary="Enable a service user",
)
def enable(request: Call, service_user_id: UUID) -> ServiceUser:
    """Its tokens that have not ended work again at once."""
    by = actor_of(request)
    one = _managed(service_user_id, by)
    service_users.enable(one, by=by)
    return ServiceUser.of(listing.row(one, by))


@router.delete(
    ONE,
    operation_id="deleteServiceUser",
    auth=writing,
    response={204: None},
    summary="Delete a service user without tokens",
)
def delete(request: Call, service_user_id: UUID) -> HttpResponse:
    """For good. Refused while it has tokens that still run."""
    by = actor_of(request)
    resting.delete(_managed(service_user_id, by), by=by)
    return nothing()


@router.post(
    f"{ONE}/delete",
    operation_id="deleteServiceUserWithTokens",
    auth=writing,
    response={204: None},
    summary="Delete a service user and revoke its tokens",
)
def delete_with_tokens(request: Call, service_user_id: UUID, body: Farewell) -> HttpResponse:
    """For good, with every token of it; `confirm` is its name."""
    by = actor_of(request)
    resting.delete(_managed(service_user_id, by), by=by, confirm=body.confirm)
    return nothing()


@router.put(
    f"{ONE}/managers/{{member_id}}",
    operation_id="addServiceUserManager",
    auth=writing,
    response=ServiceUser,
    summary="Add a manager",
)
def add_manager(request: Call, service_user_id: UUID, member_id: UUID) -> ServiceUser:
    """From then on they see it and its tokens, and make more within their own rights."""
    by = actor_of(request)
    one = _managed(service_user_id, by)
    managing.add(one, *members([member_id], by), by=by)
    return ServiceUser.of(listing.row(one, by))


@router.delete(
    f"{ONE}/managers/{{member_id}}",
    operation_id="removeServiceUserManager",
    auth=writing,
    response=ServiceUser,
    summary="Remove a manager",
)
def remove_manager(request: Call, service_user_id: UUID, member_id: UUID) -> ServiceUser:
    """Its tokens keep working, also when nobody manages it any more."""
    by = actor_of(request)
    one = _managed(service_user_id, by)
    managers = models.Membership.objects.filter(manages__service_user=one).with_everything()
    managing.remove(one, get_object_or_404(managers, pk=member_id), by=by)
    return ServiceUser.of(listing.row(one, by))


def _known(pk: UUID, by: Actor) -> models.ServiceUser:
    return get_object_or_404(service_users.known_to(by).with_everything(), pk=pk)


def _managed(pk: UUID, by: Actor) -> models.ServiceUser:
    """Asks for the right before it looks: without it, what exists is nobody's to learn."""
    by.must(SERVICE_USERS_WRITE)
    return _known(pk, by)
