"""The one answer to "does this token work?", used by the check, the pill, the filter and the API.

Each status is written twice, side by side: as a question about one token's facts and as the same question in SQL.
A property test holds the two to each other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from tokens.kinds import Kind
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

    @property
    def end(self) -> datetime | None:
        """The earlier of the token's own end and its policy's; None for neither."""
        stop = stop_under(self.timeline, self)
        return min((moment for moment in (self.expires_at, stop) if moment), default=None)


def status_of(facts: Facts, now: datetime) -> Status:
    for status, holds, _ in _TABLE:
        if holds(facts, now):
            return status
    return Status.ACTIVE


def where(status: Status, now: datetime, rules: Rules) -> Q:
    """Tokens of one tenant, whose rules these are at that moment, that `status_of` gives this status."""
    condition = Q()
    for other, _, holds in _TABLE:
        if other is status:
            return condition & holds(now, rules)
        condition &= ~holds(now, rules)
    return condition


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


def _cut_off_where(now: datetime, rules: Rules) -> Q:
    condition = Q(networks_text="") if rules.networks else Q(pk__in=[])
    for kind in Kind:
        oldest = now - timedelta(days=rules.of(kind).max_days)
        too_old = Q(pk__in=[]) if rules.may_never_end(kind) else Q(created_at__lte=oldest)
        condition |= Q(kind=kind) & (too_old if rules.allows(kind) else Q())
    return condition


type _Row = tuple[Status, Callable[[Facts, datetime], bool], Callable[[datetime, Rules], Q]]

# NOT(column <= x) is unknown, hence false, for NULL: each SQL question therefore names its NULLs.
_TABLE: list[_Row] = [
    (
        Status.REVOKED,
        lambda facts, now: facts.revoked_at is not None,
        lambda now, rules: Q(revoked_at__isnull=False),
    ),
    (
        Status.WITHDRAWN,
        lambda facts, now: facts.withdrawn_at is not None,
        lambda now, rules: Q(withdrawn_at__isnull=False),
    ),
    (
        Status.EXPIRED,
        lambda facts, now: facts.expires_at is not None and facts.expires_at <= now,
        lambda now, rules: Q(expires_at__isnull=False, expires_at__lte=now),
    ),
    (
        Status.LAPSED,
        lambda facts, now: facts.claim_until is not None and facts.claim_until <= now,
        lambda now, rules: Q(claim_until__isnull=False, claim_until__lte=now),
    ),
    (
        Status.PENDING,
        lambda facts, now: facts.claim_until is not None,
        lambda now, rules: Q(claim_until__isnull=False),
    ),
    (
        Status.OWNER_GONE,
        lambda facts, now: facts.membership_ended_at is not None or facts.service_user_deleted_at is not None,
        lambda now, rules: Q(membership__ended_at__isnull=False) | Q(service_user__deleted_at__isnull=False),
    ),
    (
        Status.OWNER_INACTIVE,
        lambda facts, now: _is_held_up(facts),
        lambda now, rules: (
            Q(membership__suspended_at__isnull=False)
            | Q(membership__user__is_active=False)
            | Q(service_user__disabled_at__isnull=False)
        ),
    ),
    (
        Status.TENANT_SUSPENDED,
        lambda facts, now: facts.tenant_suspended_at is not None,
        lambda now, rules: Q(tenant__suspended_at__isnull=False),
    ),
    (Status.REFUSED_BY_POLICY, _cut_off, _cut_off_where),
]
