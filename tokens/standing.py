"""Sets of a tenant's tokens by what they can do now, as conditions.

Most tokens work: to find the others, each begins with what may be meant at all, found by an index, and asks last what
the other columns tell.
"""

from datetime import datetime

from django.apps import apps
from django.db.models import Q

from tokens.expiry import SOON
from tokens.kinds import Kind
from tokens.status import ON_HOLD, Circumstances, Status, alternatives, any_of, where


def live(given: Circumstances) -> Q:
    """As a constraint has it, what runs is neither revoked nor withdrawn nor expired: an index tells the rest."""
    refused = any_of(one for status in (Status.OWNER_GONE, *ON_HOLD) for one in alternatives(status, given))
    return Q(ends_at__gt=given.now, claim_until=None) & ~refused


def expiring(given: Circumstances) -> Q:
    """`ends_at` of a live token is its `expires_at`, and has an index: the far future is not read through."""
    return live(given) & Q(ends_at__lte=given.now + SOON)


def pending(given: Circumstances) -> Q:
    """Made for somebody who has not claimed them yet."""
    return Q(claim_until__gt=given.now) & where(Status.PENDING, given)


def ended(given: Circumstances) -> Q:
    """All that ran out, what was to end before it is claimed, and what runs though its owner is gone for good."""
    too_late = Q(claim_until__gt=given.now, expires_at__lte=given.now)
    return Q(ends_at__lte=given.now) | too_late | _in(given, Status.OWNER_GONE)


def on_hold(given: Circumstances) -> Q:
    """Refused, but not for ever: an administrator can change what stops them."""
    return _in(given, *ON_HOLD)


def needing_an_owner(given: Circumstances) -> Q:
    """Running tenant tokens for which nobody answers who is still here."""
    running = answerable(given.now) & Q(tenant__in=given.tenants)
    whose = [Q(responsible=None), *(Q(responsible__in=some) for some in given.away)]
    return _among([running & one for one in whose])


def answerable(now: datetime) -> Q:
    """What a member answers for: a person's own tokens have that person."""
    return Q(kind=Kind.TENANT, membership=None, revoked_at=None, ends_at__gt=now)


def _in(given: Circumstances, *statuses: Status) -> Q:
    meant = _among([one for status in statuses for one in alternatives(status, given)])
    return meant & any_of(where(status, given) for status in statuses)


def _among(conditions: list[Q]) -> Q:
    """Any of them, by ids that a database finds first: a condition made of `or` would be asked of every row."""
    tokens = apps.get_model("tokens", "Token")._base_manager  # which is itself made of these
    first, *others = (tokens.filter(one).values("pk") for one in [Q(pk__in=[]), *conditions])
    return Q(pk__in=first.union(*others, all=True))
