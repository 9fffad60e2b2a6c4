"""Asking people into the tenant by e-mail. The link is in the mail alone: no answer holds it."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import BaseModel

from accounts import invitations, models, roles
from accounts.access import MEMBERS_READ, MEMBERS_WRITE, Actor
from accounts.models import InvitationStatus
from api.rest.door import BearerToken, Call, actor_of
from api.rest.members import RoleKey, RoleName
from api.rest.paging import Page, Paged
from api.rest.values import Given, Moment, Named, nothing, text
from audit.keyset import Phase, page

router = Router(tags=["members"])

reading, writing = BearerToken(MEMBERS_READ), BearerToken(MEMBERS_WRITE)

Email = Annotated[str, text(format="email", description="Whoever has this mailbox may join.")]


class NewInvitation(Given):
    email: Email
    role: RoleKey


class Invitation(BaseModel):
    """`delivered`: whether the mail server took the last mail. Without, `resend` tries again."""

    id: UUID
    email: str
    role: RoleName
    status: InvitationStatus
    invited_by: Named | None
    created_at: Moment
    sent_at: Moment
    delivered: bool
    expires_at: Moment

    @classmethod
    def of(cls, one: models.Invitation) -> "Invitation":
        return cls(
            id=one.pk,
            email=one.email,
            role=RoleName.of(one.role),
            status=one.status,
            invited_by=Named.of(one.invited_by.ref) if one.invited_by else None,
            created_at=one.created_at,
            sent_at=one.sent_at,
            delivered=not one.undelivered,
            expires_at=one.expires_at,
        )


@router.get(
    "/invitations",
    operation_id="listInvitations",
    auth=reading,
    response=Page[Invitation],
    summary="List invitations",
)
def index(request: Call, asked: Query[Paged]) -> Page[Invitation]:
    """Open and expired ones, oldest first. One that was accepted or withdrawn can still be read by its id."""
    pending = invitations.known_to(actor_of(request)).pending()
    found = page([Phase(pending, ("id",))], asked.cursor, size=asked.limit, strict=True)
    return Page(items=[Invitation.of(one) for one in found], next=found.next)


@router.post(
    "/invitations",
    operation_id="createInvitation",
    auth=writing,
    response={201: Invitation},
    summary="Invite somebody",
)
def create(request: Call, body: NewInvitation) -> Status[Invitation]:
    """A link goes out by mail; it works once, for seven days. Somebody who belongs here, or is invited, is a 422.

    A token gives roles within its own scope alone.
    """
    by = actor_of(request)
    assert by.tenant
    made = invitations.invite(body.email, role=roles.named(body.role, of=by.tenant), by=by)
    return Status(201, Invitation.of(made))


@router.get(
    "/invitations/{invitation_id}",
    operation_id="readInvitation",
    auth=reading,
    response=Invitation,
    summary="Read an invitation",
)
def detail(request: Call, invitation_id: UUID) -> Invitation:
    """Whatever became of it."""
    return Invitation.of(_known(invitation_id, actor_of(request)))


@router.post(
    "/invitations/{invitation_id}/resend",
    operation_id="resendInvitation",
    auth=writing,
    response=Invitation,
    summary="Send an invitation again",
)
def resend(request: Call, invitation_id: UUID) -> Invitation:
    """With a new link and seven new days; the old link is dead. At most once in a minute: a 429 says when again."""
    by = actor_of(request)
    found = _known(invitation_id, by)
    invitations.resend(found, by=by)
    return Invitation.of(found)


@router.delete(
    "/invitations/{invitation_id}",
    operation_id="withdrawInvitation",
    auth=writing,
    response={204: None},
    summary="Withdraw an invitation",
)
def withdraw(request: Call, invitation_id: UUID) -> HttpResponse:
    """The link works no more. The same again changes nothing; one that was accepted is a 422."""
    by = actor_of(request)
    invitations.withdraw(_known(invitation_id, by), by=by)
    return nothing()


def _known(invitation_id: UUID, by: Actor) -> models.Invitation:
    return get_object_or_404(invitations.known_to(by), pk=invitation_id)
