"""When somebody leaves, or is suspended: what stops, what needs a new owner, and all of it done at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import managing, memberships
from accounts.access import SERVICE_USERS_WRITE, TOKENS_WRITE, Actor
from accounts.models import Membership, MembershipQuerySet, ServiceUser, ServiceUserQuerySet
from audit import clock
from tokens import offers, ownership
from tokens.models import Token
from tokens.sets import TokenQuerySet

SHOWN = 20
UNKNOWN = "Choose somebody who is here and can manage tokens."

type Heirs = Mapping[UUID, Membership]


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody leaves behind: how many, and the first SHOWN of each."""

    personal: list[Token]
    personal_count: int
    pending_count: int
    tokens: list[Token]
    token_count: int
    service_users: list[ServiceUser]
    service_user_count: int

    @property
    def needs_an_heir(self) -> bool:
        return bool(self.token_count or self.service_user_count)


def left_by(membership: Membership, *, by: Actor) -> Left:
    """For the page that shows it first."""
    memberships.must_manage(membership, by)
    own, tokens, workers = _personal(membership), _answered_for(membership), _managed_alone(membership)
    offered = own.claimable(clock.now())
    claimed = own.exclude(pk__in=offered.values("pk"))
    return Left(
        personal=list(claimed.order_by("-last_used_at", "-id")[:SHOWN]),
        personal_count=claimed.count(),
        pending_count=offered.count(),
        tokens=list(tokens.order_by("-last_used_at", "-id")[:SHOWN]),
        token_count=tokens.count(),
        service_users=list(workers.order_by("name", "id")[:SHOWN]),
        service_user_count=workers.count(),
    )


def may_hand_over(by: Actor) -> bool:
    """Else what is left waits in the queue for those who may."""
    return by.can(TOKENS_WRITE) and by.can(SERVICE_USERS_WRITE)


def heirs(membership: Membership, *, by: Actor) -> MembershipQuerySet:
    """Who could take it over."""
    return ownership.candidates(by).exclude(pk=membership.pk)


def heir(pk: UUID | None, *, of: Membership, by: Actor) -> Membership:
    """The one of them whose membership that is. Another tenant's is as unknown as none. Raises ValidationError."""
    able = heirs(of, by=by).by_name()
    found = able.filter(pk=pk).first() if pk else None
    if found is None:
        raise ValidationError({"heir": UNKNOWN})
    return found


def remove(membership: Membership, *, by: Actor, heir: Membership | None = None, each: Heirs | None = None) -> None:
    """Hand over what needs an owner, then remove the member: all of it or nothing.

    `heir` gets what `each`, by the id of a token or a service user, gives to nobody else. Without an heir it waits in
    the queue of what needs an owner. What they could still claim is withdrawn.
    """
    memberships.must_manage(membership, by)
    with transaction.atomic():
        memberships.remove(membership, by=by)
        _hand_over(membership, heir, each or {}, by)
        offers.withdraw_all(membership, by=by)


def suspend(membership: Membership, *, by: Actor, heir: Membership | None = None, each: Heirs | None = None) -> None:
    """The same for a while: personal tokens stop until `memberships.resume`, what was handed over stays where it is."""
    memberships.must_manage(membership, by)
    with transaction.atomic():
        memberships.suspend(membership, by=by)
        _hand_over(membership, heir, each or {}, by)


def _hand_over(membership: Membership, heir: Membership | None, each: Heirs, by: Actor) -> None:
    if heir is None and not each:
        return
    if membership in (heir, *each.values()):
        raise ValidationError({"heir": f"{membership.user} is leaving. Choose somebody else."})
    for pk, one in each.items():
        ownership.hand_to(_answered_for(membership).among([pk]), one, by=by)
        _manage(_managed_alone(membership).filter(pk=pk), one, by)
    if heir:
        while ownership.hand_to(_answered_for(membership), heir, by=by):
            pass  # at most ownership.BULK_LIMIT at a time
        _manage(_managed_alone(membership), heir, by)


def _manage(service_users: ServiceUserQuerySet, manager: Membership, by: Actor) -> None:
    for one in service_users:
        managing.add(one, manager, by=by)


def _personal(membership: Membership) -> TokenQuerySet:
    return Token.objects.owned_by(membership).running(clock.now())


def _answered_for(membership: Membership) -> TokenQuerySet:
    return Token.objects.answerable(clock.now()).answered_by(membership)


def _managed_alone(membership: Membership) -> ServiceUserQuerySet:
    """Once they are gone, nobody who is here manages these."""
    return ServiceUser.objects.in_tenant(membership.tenant).current().managed_by(membership).without_other(membership)
