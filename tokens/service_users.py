"""What of a service user its tokens decide: whether it may be deleted, what rests on it, how it is doing."""

from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import service_users
from accounts.access import Actor
from accounts.grants import Grant
from accounts.models import ServiceUser
from audit import clock
from tokens import lifecycle
from tokens.models import Token
from tokens.sets import TokenQuerySet

REASON = "Its service user was deleted"
HOLDS_TOKENS = "holds_tokens"


class State(StrEnum):
    """In order of precedence: the first that holds is told."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "State":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    DISABLED = "disabled", "Disabled"
    NO_MANAGER = "no_manager", "No manager"
    NO_TOKEN = "no_token", "No live token"
    ACTIVE = "active", "Active"


@dataclass(frozen=True, slots=True)
class Resting:
    """What would stop: tokens that still run, and those of them that were ever used."""

    running: int
    used: list[Token]


def state_of(service_user: ServiceUser, *, managers: int, live_tokens: int) -> State:
    """`managers` counts those who belong to the tenant and may sign in."""
    if service_user.disabled_at:
        return State.DISABLED
    if not managers:
        return State.NO_MANAGER
    return State.ACTIVE if live_tokens else State.NO_TOKEN


def running(service_user: ServiceUser) -> TokenQuerySet:
    """Neither revoked nor expired: those a delete ends, and that go on when a disabled one is enabled."""
    return Token.objects.of_service_user(service_user).running(clock.now())


def resting_on(service_user: ServiceUser, *, shown: int) -> Resting:
    tokens = running(service_user)
    return Resting(tokens.count(), list(tokens.used().order_by("-last_used_at", "-id")[:shown]))


def carrying(service_user: ServiceUser, grant: Grant) -> int:
    """How many running tokens lose something when a grant of the service user is taken away."""
    rights = service_user.grants
    left = type(rights)(one for one in rights if one != grant)
    role = service_user.role.grants if service_user.role else type(rights)()
    return sum(1 for token in running(service_user) if token.grants & rights != token.grants & (left | role))


def delete(service_user: ServiceUser, *, by: Actor, confirm: str = "") -> bool:
    """Final; its running tokens are revoked with it. While it has any, `confirm` must be its name.

    Raises ValidationError for anything else, with the code HOLDS_TOKENS. False if it was deleted already.
    """
    service_users.must_manage(service_user, by)
    with transaction.atomic():
        if not ServiceUser.objects.current().filter(pk=service_user.pk).exists():
            return False
        locked = service_users.lock(service_user)  # no token is made for it from here on
        count = running(locked).count()
        if count and confirm.strip() != locked.name:
            has = f"{count} token{'' if count == 1 else 's'} that still run{'s' if count == 1 else ''}"
            raise ValidationError(
                {"confirm": ValidationError(f"{locked.name} has {has}. Type its name to end them all.", HOLDS_TOKENS)}
            )
        ended = _revoke_all(locked, by)
        return service_users.delete(service_user, by=by, tokens_revoked=ended)


def _revoke_all(service_user: ServiceUser, by: Actor) -> int:
    """Whoever may delete a service user may end its tokens, whatever else they may do with the tenant's."""
    total = 0
    while ended := lifecycle.end_all(running(service_user), by=by, reason=REASON):
        total += ended
    return total
