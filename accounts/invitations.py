"""Inviting somebody by e-mail: invite, resend, withdraw. What becomes of the link is in `joining`.

The code is in the mail and nowhere else. Whoever was invited, by whatever right, may be sent the link again, or have it
taken back, by those who could invite them now.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from accounts import addresses, codes, invitation_mail, memberships
from accounts.access import MEMBERS_READ, MEMBERS_WRITE, Actor, PermissionDenied
from accounts.models import Invitation, InvitationQuerySet, Membership, Role, Tenant
from audit import clock
from audit.actions import Action
from audit.record import record

LIFETIME = timedelta(days=7)
PAUSE = timedelta(minutes=1)  # between two mails to one address: nobody's mailbox is filled from here
JUST_SENT = "This address got a mail within the last minute. Wait a little."
WINDOW, MAILS_PER_WINDOW = timedelta(hours=1), 200  # of one tenant


class SentTooOften(ValidationError):
    """There were enough mails for now. `seconds` to wait."""

    def __init__(self, message: str, wait: timedelta) -> None:
        self.seconds = max(1, int(wait.total_seconds()))
        super().__init__(message, code="too_often")


def known_to(by: Actor) -> InvitationQuerySet:
    """Those of the actor's tenant, whatever became of them."""
    by.must(MEMBERS_READ)
    assert by.tenant
    return Invitation.objects.in_tenant(by.tenant).with_everything()


@sensitive_variables("code")
def invite(email: str, *, role: Role, by: Actor) -> Invitation:
    """A link that makes whoever has that mailbox a member; mailed after commit. Raises ValidationError by field.

    One that has expired gives way to the new one.
    """
    by.must(MEMBERS_WRITE)
    assert by.tenant
    tenant, address = by.tenant, addresses.read(email)
    memberships.must_give(role, tenant, by)
    with transaction.atomic():
        now = _wait_for_turn(tenant)
        _must_be_nobody_yet(address, tenant, now)
        _must_not_flood(address, tenant, now)
        Invitation.objects.in_tenant(tenant).to(address).over_at(now).update(withdrawn_at=now)
        code, end = codes.draw(), now + LIFETIME
        made = Invitation.objects.create(
            tenant=tenant,
            email=address,
            role=role,
            code_hash=codes.digest(code),
            invited_by=by.user,
            created_at=now,
            sent_at=now,
            expires_at=end,
        )
        _write(Action.MEMBER_INVITED, made, by, role=role.key)
        transaction.on_commit(partial(invitation_mail.send, made, code, by.name))
    return made


@sensitive_variables("code")
def resend(invitation: Invitation, *, by: Actor) -> None:
    """A new link with seven new days; the old one is dead. Raises ValidationError for one that is settled."""
    _must_manage(invitation, by)
    memberships.must_give(invitation.role, invitation.tenant, by)
    with transaction.atomic():
        now = _wait_for_turn(invitation.tenant)
        _must_not_flood(invitation.email, invitation.tenant, now)
        code = codes.draw()
        anew: dict[str, Any] = {"sent_at": now, "expires_at": now + LIFETIME, "undelivered": False}
        pending = Invitation.objects.pending().filter(pk=invitation.pk)
        if not pending.update(code_hash=codes.digest(code), **anew):
            raise ValidationError("This invitation has been accepted or withdrawn meanwhile.")
        invitation.refresh_from_db(fields=["code_hash", *anew])
        _write(Action.INVITATION_RESENT, invitation, by, role=invitation.role.key)
        transaction.on_commit(partial(invitation_mail.send, invitation, code, by.name))


def withdraw(invitation: Invitation, *, by: Actor) -> None:
    """The link works no more. Again, it changes nothing. Raises ValidationError for one that was accepted."""
    _must_manage(invitation, by)
    with transaction.atomic():
        if Invitation.objects.pending().filter(pk=invitation.pk).update(withdrawn_at=clock.now()):
            _write(Action.INVITATION_WITHDRAWN, invitation, by)
    invitation.refresh_from_db(fields=["accepted_at", "withdrawn_at"])
    if invitation.accepted_at:
        raise ValidationError(f"{invitation.email} has accepted meanwhile. Remove the member instead.")


def may_manage(invitation: Invitation, by: Actor) -> bool:
    """Whether `by` may touch it at all; what a page offers."""
    return by.can(MEMBERS_WRITE, on=invitation) and (not invitation.role.is_owner or memberships.owns(by))


def _must_manage(invitation: Invitation, by: Actor) -> None:
    by.must(MEMBERS_WRITE, on=invitation)
    if not may_manage(invitation, by):
        raise PermissionDenied(by, None, "Only an owner can change the invitation of an owner.")


def _wait_for_turn(tenant: Tenant) -> datetime:
    """One mail of a tenant at a time: what was counted stays true until commit. Returns the moment."""
    list(Tenant.objects.select_for_update(no_key=True).filter(pk=tenant.pk))
    return clock.now()


def _must_be_nobody_yet(address: str, tenant: Tenant, now: datetime) -> None:
    member = Membership.objects.in_tenant(tenant).current().filter(user__email__iexact=address).first()
    if member and member.suspended_at:
        raise ValidationError({"email": f"{member.user} is a member of {tenant} already, but suspended. Resume them."})
    if member:
        raise ValidationError({"email": f"{member.user} is a member of {tenant} already."})
    if Invitation.objects.in_tenant(tenant).to(address).open_at(now).exists():
        raise ValidationError({"email": "This address is invited already. Send that invitation again, or withdraw it."})


def _must_not_flood(address: str, tenant: Tenant, now: datetime) -> None:
    """Withdrawn ones count: their mails were sent."""
    ours = Invitation.objects.in_tenant(tenant)
    last = ours.to(address).filter(undelivered=False).sent_since(now - PAUSE).order_by("-sent_at").first()
    if last:
        raise SentTooOften(JUST_SENT, last.sent_at + PAUSE - now)
    if ours.sent_since(now - WINDOW).count() >= MAILS_PER_WINDOW:
        first = ours.sent_since(now - WINDOW).order_by("sent_at")[0]
        said = f"{tenant} has sent {MAILS_PER_WINDOW} invitations within an hour. Go on a little later."
        raise SentTooOften(said, first.sent_at + WINDOW - now)


def _write(action: Action, invitation: Invitation, by: Actor, **detail: Any) -> None:
    record(action, by=by.ref, origin=by.origin, tenant_id=invitation.tenant_id, on=invitation.ref, **detail)
