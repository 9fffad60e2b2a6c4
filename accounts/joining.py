"""What the link of an invitation leads to: look at it, and accept it once, with an account or by making one."""

from enum import StrEnum
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from accounts import codes, memberships
from accounts.models import Invitation, InvitationStatus, Membership, User
from accounts.readable import is_readable
from audit import clock
from audit.actions import Action
from audit.record import Origin, record

NAME_CHARACTERS = 100


class Obstacle(StrEnum):
    """Why a link does not work, in the order in which it is asked."""

    UNKNOWN = "unknown"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TENANT_SUSPENDED = "tenant suspended"
    ACCOUNT_CLOSED = "account closed"
    MEMBER_ALREADY = "member already"


class Closed(Exception):
    """Nobody joins by this link now."""

    def __init__(self, obstacle: Obstacle) -> None:
        self.obstacle = obstacle
        super().__init__(obstacle)


_SETTLED = {
    InvitationStatus.ACCEPTED: Obstacle.USED,
    InvitationStatus.WITHDRAWN: Obstacle.WITHDRAWN,
    InvitationStatus.EXPIRED: Obstacle.EXPIRED,
}


def look(code: str) -> Invitation | None:
    """The invitation of that code, whatever became of it. Changes nothing: mail scanners open links too."""
    return Invitation.objects.with_everything().filter(code_hash=codes.digest(code)).first()


def account_of(invitation: Invitation) -> User | None:
    """Whose address it is, if they have an account."""
    return User.objects.filter(email__iexact=invitation.email).first()


def obstacle_to(invitation: Invitation) -> Obstacle | None:
    """Why nobody can join by it now; None when somebody can."""
    if settled := _SETTLED.get(invitation.status):
        return settled
    if invitation.tenant.suspended_at:
        return Obstacle.TENANT_SUSPENDED
    account = account_of(invitation)
    if account is None:
        return None
    if not account.is_active:
        return Obstacle.ACCOUNT_CLOSED
    is_member = Membership.objects.of(account.pk).in_tenant(invitation.tenant).current().exists()
    return Obstacle.MEMBER_ALREADY if is_member else None


def accept(invitation: Invitation, user: User, origin: Origin) -> Membership:
    """Make `user` a member, once. Raises Closed: of any number of callers exactly one is not refused."""
    if user != account_of(invitation):
        raise ValidationError("This invitation is for another address.")
    with transaction.atomic():
        _claim(invitation)
        return _enter(invitation, user, origin)


@sensitive_variables("password")
def accept_as_newcomer(invitation: Invitation, name: str, password: str, origin: Origin) -> Membership:
    """The same for somebody without an account: the link has proved the address. Raises ValidationError by field."""
    user = _newcomer(invitation, name, password)
    with transaction.atomic():
        _claim(invitation)
        return _enter(invitation, _create(user, password), origin, new_account=True)


def _claim(invitation: Invitation) -> None:
    """First of all, so that whoever comes second makes nothing. By columns of this row alone: PostgreSQL looks at them
    again after waiting for somebody else's, at other tables it would not.
    """
    if invitation.tenant.suspended_at:
        raise Closed(Obstacle.TENANT_SUSPENDED)
    now = clock.now()
    mine = Invitation.objects.open_at(now).filter(pk=invitation.pk, code_hash=invitation.code_hash)
    if not mine.update(accepted_at=now):
        invitation.refresh_from_db(fields=["accepted_at", "withdrawn_at", "expires_at"])
        raise Closed(_SETTLED.get(invitation.status, Obstacle.UNKNOWN))


def _enter(invitation: Invitation, user: User, origin: Origin, **detail: Any) -> Membership:
    tenant, inviter = invitation.tenant, invitation.invited_by
    record(Action.INVITATION_ACCEPTED, by=user.ref, origin=origin, tenant_id=tenant.pk, on=invitation.ref, **detail)
    invited_by = inviter.name if inviter else "a program"
    return memberships.join(
        user, tenant=tenant, role=invitation.role, by=user.ref, origin=origin, invited_by=invited_by
    )


@sensitive_variables("password")
def _create(user: User, password: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(user.email, user.name, password)
    except (IntegrityError, ValidationError):  # by an invitation to another tenant, at the same moment
        raise ValidationError("There is an account with this address by now. Sign in with it.") from None


@sensitive_variables("password")
def _newcomer(invitation: Invitation, name: str, password: str) -> User:
    """As it would be made; every objection at once."""
    user = User(email=invitation.email, name=" ".join(name.split()))
    problems: dict[str, Any] = {}
    if not user.name:
        problems["name"] = "Enter your name, as others here should read it."
    elif len(user.name) > NAME_CHARACTERS or not is_readable(user.name):
        problems["name"] = f"Use at most {NAME_CHARACTERS} characters, all of which others can see."
    try:
        validate_password(password, user)
    except ValidationError as error:
        problems["password"] = error.messages
    if problems:
        raise ValidationError(problems)
    return user
