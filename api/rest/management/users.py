"""People, as the vendor's own product knows them. They have no password: they are handed over."""

from ninja import Router, Status

from accounts import provisioning
from api.rest.management.door import Managed, ManagementBearer, actor_of, user_of
from api.rest.management.shapes import ManagedUser, Reference, UserSaid
from tokens.rights import Right

router = Router(tags=["management"])
provisions = ManagementBearer(Right.PROVISION)


@router.put(
    "/management/users/{ref}",
    operation_id="putUser",
    auth=provisions,
    response={201: ManagedUser, 200: ManagedUser},
    summary="Make or change a person",
)
def put(request: Managed, ref: Reference, body: UserSaid) -> Status[ManagedUser]:
    """The same again changes nothing.

    Nobody is taken over: an e-mail address that somebody else here has is a 409 `email_taken`, and somebody whom the
    vendor did not bring, or who governs the platform, is a 409 `user_not_managed`.
    """
    user, is_new = provisioning.put_user(ref, body.email, body.name, by=actor_of(request))
    return Status(201 if is_new else 200, ManagedUser.of(user))


@router.get(
    "/management/users/{ref}", operation_id="readUser", auth=provisions, response=ManagedUser, summary="Read a person"
)
def detail(request: Managed, ref: Reference) -> ManagedUser:
    """By the vendor's id or ours."""
    return ManagedUser.of(user_of(ref))
