"""The one answer to "does this token work?", used by the check, the pill, the filter and the API.

Each status is written twice, side by side: as a question about one token's facts and as the same question in SQL.
A property test holds the two to each other.

In SQL a status is a list of alternatives, each of which an index can find by itself: a tenant's hundred thousand tokens
are not read through for the three that are on hold. None of them joins.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property, reduce
from operator import or_
from typing import Self

from django.db.models import Case, Q, Value, When

from accounts.models import Membership, MembershipQuerySet, ServiceUser, ServiceUserQuerySet, Tenant, TenantQuerySet
from audit import clock
from tokens.kinds import Kind
from tokens.life import given_more_than
from tokens.policy import rules_of
from tokens.rules import EVER, Rules, Timeline


class Status(StrEnum):
    """In order of precedence: the first that holds is the status. `is_final`: nothing brings it back."""

    label: str
    is_final: bool

    def __new__(cls, value: str, label: str = "", is_final: bool = False) -> "Status":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.is_final = label, is_final
        return member

    REVOKED = "revoked", "Revoked", True
    WITHDRAWN = "withdrawn", "Withdrawn", True
    EXPIRED = "expired", "Expired", True
    LAPSED = "lapsed", "Lapsed", True
    PENDING = "pending", "Pending", False
    OWNER_GONE = "owner_gone", "Owner gone", True
    OWNER_INACTIVE = "owner_inactive", "Owner inactive", False
    TENANT_SUSPENDED = "tenant_suspended", "Tenant suspended", False
    REFUSED_BY_POLICY = "refused_by_policy", "Refused by policy", False
    ACTIVE = "active", "Active", False


# Refused, but not for ever.
ON_HOLD = (Status.OWNER_INACTIVE, Status.TENANT_SUSPENDED, Status.REFUSED_BY_POLICY)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides a status, from one row of the check's query or one loaded token. Moments are aware, in UTC.

    `claim_until` is there as long as nobody has claimed a token that was made for them.
    """

    kind: Kind
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    withdrawn_at: datetime | None
    claim_until: datetime | None
    membership_ended_at: datetime | None
    membership_suspended_at: datetime | None
    user_is_active: bool
    service_user_deleted_at: datetime | None
    service_user_disabled_at: datetime | None
    tenant_suspended_at: datetime | None
    has_networks: bool
    timeline: Timeline

    @classmethod
    def new(cls, kind: Kind, *, at: datetime, expires_at: datetime | None, has_networks: bool, under: Timeline) -> Self:
        """Of a token that would be made at a moment, with everybody in their place."""
        return cls(
            kind=kind,
            created_at=at,
            expires_at=expires_at,
            revoked_at=None,
            withdrawn_at=None,
            claim_until=None,
            membership_ended_at=None,
            membership_suspended_at=None,
            user_is_active=True,
            service_user_deleted_at=None,
            service_user_disabled_at=None,
            tenant_suspended_at=None,
            has_networks=has_networks,
            timeline=under,
        )

    @property
    def end(self) -> datetime | None:
        """The earlier of the token's own end and its policy's; None for neither."""
        stop = stop_under(self.timeline, self)
        return min((moment for moment in (self.expires_at, stop) if moment), default=None)


@dataclass(frozen=True)
class Circumstances:
    """What a status depends on beside the token: the moment, the rules of its tenant, and who is still there.

    Without a tenant, of all tenants that have these rules.
    """

    now: datetime
    rules: Rules
    tenant: Tenant | None = None

    @classmethod
    def of(cls, tenant: Tenant) -> Self:
        return cls(clock.now(), rules_of(tenant), tenant)

    @cached_property
    def tenants(self) -> TenantQuerySet:
        return Tenant.objects.filter(pk=self.tenant.pk) if self.tenant else Tenant.objects.all()

    @cached_property
    def memberships(self) -> MembershipQuerySet:
        return Membership.objects.in_tenant(self.tenant) if self.tenant else Membership.objects.all()

    @cached_property
    def away(self) -> list[MembershipQuerySet]:
        """Members who can do nothing here now, by what keeps them away."""
        members = self.memberships
        return [members.ended(), members.suspended(), members.of_closed_accounts()]

    @cached_property
    def service_users(self) -> ServiceUserQuerySet:
        return ServiceUser.objects.in_tenant(self.tenant) if self.tenant else ServiceUser.objects.all()

    @cached_property
    def alternatives(self) -> dict["Status", list[Q]]:
        """Where to look for tokens of a status; some of those found there have another that comes first."""
        return {status: found(self) for status, _, found in _TABLE}


def status_of(facts: Facts, now: datetime) -> Status:
    for status, holds, _ in _TABLE:
        if holds(facts, now):
            return status
    return Status.ACTIVE


def where(status: Status, given: Circumstances) -> Q:
    """Tokens that `status_of` gives this status."""
    condition = Q()
    for other, alternatives in given.alternatives.items():
        holds = any_of(alternatives)
        if other is status:
            return condition & holds
        condition &= ~holds
    return condition


def status_in_sql(given: Circumstances) -> Case:
    """For few tokens: each is asked for all of it, and no index helps."""
    whens = [When(any_of(some), then=Value(status.value)) for status, some in given.alternatives.items() if some]
    return Case(*whens, default=Value(Status.ACTIVE.value))


def any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def stop_under(timeline: Timeline, facts: Facts) -> datetime | None:
    """The first moment of a timeline at which policy refuses a token; None if it never does."""
    for span in timeline.spans:
        stop = _stop(span.rules, facts)
        if stop is not None and (span.until is None or stop < span.until):
            return max(stop, span.start)
    return None


def _stop(rules: Rules, facts: Facts) -> datetime | None:
    """From when on rules refuse a token, were there no others."""
    if not rules.allows(facts.kind) or (rules.networks and not facts.has_networks):
        return EVER
    return rules.latest_end(facts.kind, facts.created_at)


def _is_held_up(facts: Facts) -> bool:
    suspended = facts.membership_suspended_at is not None or not facts.user_is_active
    return suspended or facts.service_user_disabled_at is not None


def refuses(rules: Rules, facts: Facts, now: datetime) -> bool:
    stop = _stop(rules, facts)
    return stop is not None and stop <= now


def _cut_off(facts: Facts, now: datetime) -> bool:
    return refuses(facts.timeline.at(now), facts, now)


def _cut_off_where(given: Circumstances) -> list[Q]:
    here = Q(tenant=given.tenant) if given.tenant else Q()
    running = here & Q(ends_at__gt=given.now)
    found = [running & Q(networks_text="")] if given.rules.networks else []
    for kind in Kind:
        if not given.rules.allows(kind):
            found.append(running & Q(kind=kind))
        elif not given.rules.may_never_end(kind):
            found.append(here & Q(kind=kind) & _too_old(given.rules.of(kind).max_days, given.now))
    return found


def _too_old(days: int, now: datetime) -> Q:
    """Of those that run. They were given more than that, which says nothing new but has an index."""
    return Q(created_at__lte=now - timedelta(days=days)) & given_more_than(days)


type _Row = tuple[Status, Callable[[Facts, datetime], bool], Callable[[Circumstances], list[Q]]]

# NOT(column <= x) is unknown, hence false, for NULL: each SQL question therefore names its NULLs.
_TABLE: list[_Row] = [
    (
        Status.REVOKED,
        lambda facts, now: facts.revoked_at is not None,
        lambda given: [Q(revoked_at__isnull=False)],
    ),
    (
        Status.WITHDRAWN,
        lambda facts, now: facts.withdrawn_at is not None,
        lambda given: [Q(withdrawn_at__isnull=False)],
    ),
    (
        Status.EXPIRED,
        lambda facts, now: facts.expires_at is not None and facts.expires_at <= now,
        lambda given: [Q(expires_at__isnull=False, expires_at__lte=given.now)],
    ),
    (
        Status.LAPSED,
        lambda facts, now: facts.claim_until is not None and facts.claim_until <= now,
        lambda given: [Q(claim_until__isnull=False, claim_until__lte=given.now)],
    ),
    (
        Status.PENDING,
        lambda facts, now: facts.claim_until is not None,
        lambda given: [Q(claim_until__isnull=False)],
    ),
    (
        Status.OWNER_GONE,
        lambda facts, now: facts.membership_ended_at is not None or facts.service_user_deleted_at is not None,
        lambda given: [
            Q(membership__in=given.memberships.ended()),
            Q(service_user__in=given.service_users.deleted()),
        ],
    ),
    (
        Status.OWNER_INACTIVE,
        lambda facts, now: _is_held_up(facts),
        lambda given: [
            Q(membership__in=given.memberships.suspended()),
            Q(membership__in=given.memberships.of_closed_accounts()),
            Q(service_user__in=given.service_users.disabled()),
        ],
    ),
    (
        Status.TENANT_SUSPENDED,
        lambda facts, now: facts.tenant_suspended_at is not None,
        lambda given: [] if given.tenant and not given.tenant.suspended_at else [Q(tenant__in=given.tenants.stopped())],
    ),
    (Status.REFUSED_BY_POLICY, _cut_off, _cut_off_where),
]
