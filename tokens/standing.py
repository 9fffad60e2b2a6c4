"""Sets of a tenant's tokens by what they can do now, as conditions.

Most tokens work: to find the others, each begins with what may be meant at all, found by an index, and asks last what
the other columns tell.
"""

from datetime import datetime

from django.apps import apps
from django.db.models import Q

from tokens.expiry import SOON
from tokens.kinds import Kind
from tokens.status import ON_HOLD, Circumstances, Status, any_of


def live(given: Circumstances) -> Q:
    """Of what runs and is nobody's to claim, all that nothing speaks against."""
    return _claimed(given) & ~any_of(_alternatives(given, Status.OWNER_GONE, *ON_HOLD))


def expiring(given: Circumstances) -> Q:
    return soon(given) & live(given)


def soon(given: Circumstances) -> Q:
    """`ends_at` of a live token is its `expires_at`, and has an index: the far future is not read through.

    What policy ends sooner is not among these: a change to come may end all of a tenant's, which no index narrows.
    """
    return Q(ends_at__lte=given.now + SOON)


def pending(given: Circumstances) -> Q:
    """Made for somebody who has not claimed them yet."""
    ends_later = Q(expires_at=None) | Q(expires_at__gt=given.now)
    return Q(claim_until__gt=given.now, revoked_at=None, withdrawn_at=None) & ends_later


def ended(given: Circumstances) -> Q:
    return ran_out(given) | ended_early(given)


def ran_out(given: Circumstances) -> Q:
    return Q(ends_at__lte=given.now)


def ended_early(given: Circumstances) -> Q:
    """What was to end before it is claimed, and what runs though its owner is gone for good."""
    too_late = Q(ends_at__gt=given.now, claim_until__gt=given.now, expires_at__lte=given.now)
    gone = [_claimed(given) & one for one in _alternatives(given, Status.OWNER_GONE)]
    return _among([too_late, *gone])


def on_hold(given: Circumstances) -> Q:
    """Refused, but not for ever: an administrator can change what stops them."""
    gone = any_of(_alternatives(given, Status.OWNER_GONE))
    return _among(_alternatives(given, *ON_HOLD)) & _claimed(given) & ~gone


def needing_an_owner(given: Circumstances) -> Q:
    """Running tenant tokens for which nobody answers who is still here."""
    running = answerable(given.now) & Q(tenant__in=given.tenants)
    whose = [Q(responsible=None), *(Q(responsible__in=some) for some in given.away)]
    return _among([running & one for one in whose])


def answerable(now: datetime) -> Q:
    """What a member answers for: a person's own tokens have that person."""
    return Q(kind=Kind.TENANT, membership=None, service_user=None, revoked_at=None, ends_at__gt=now)


def _claimed(given: Circumstances) -> Q:
    """As a constraint has it, what runs is neither revoked nor withdrawn nor expired, unless it is to be claimed."""
    return Q(ends_at__gt=given.now, claim_until=None)


def _alternatives(given: Circumstances, *statuses: Status) -> list[Q]:
    return [one for status in statuses for one in given.alternatives[status]]


def _among(conditions: list[Q]) -> Q:
    """Any of them, by ids that a database finds first: a condition made of `or` would be asked of every row."""
    tokens = apps.get_model("tokens", "Token")._base_manager  # which is itself made of these
    first, *others = (tokens.filter(one).values("pk") for one in conditions or [Q(pk__in=[])])
    return Q(pk__in=first.union(*others, all=True)) if others else Q(pk__in=first)
