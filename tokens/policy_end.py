"""How policy stops a token before its own end: when, and what of its rules does."""

from dataclasses import dataclass
from datetime import datetime

from audit import clock
from tokens.foresight import Why, objections
from tokens.kinds import Kind
from tokens.models import Token
from tokens.rules import Rules
from tokens.status import Facts, Status, stop_under


@dataclass(frozen=True, slots=True)
class PolicyEnd:
    """When a token stops, and what of the rules stops it. `since` is the day of a change to come; None: they hold."""

    at: datetime
    since: datetime | None
    kind: Kind
    rules: Rules
    why: list[Why]


def to_come(facts: Facts, now: datetime) -> PolicyEnd | None:
    """None where a token ends by itself, for one that policy refuses already, and for one that nobody has claimed."""
    end = stop_under(facts.timeline, facts)
    if facts.claim_until or end is None or end <= now or (facts.expires_at and facts.expires_at <= end):
        return None
    span = facts.timeline.since(end).spans[0]
    since = span.start if span.start > now else None
    return PolicyEnd(end, since, facts.kind, span.rules, objections(span.rules, facts, end))


def of_token(token: Token) -> PolicyEnd | None:
    """The same of a stored token, while it is still to end."""
    return to_come(token.facts, clock.now()) if token.is_revocable else None


def refusing(token: Token) -> PolicyEnd | None:
    """What refuses a token already; None where it is not policy that does."""
    if token.status is not Status.REFUSED_BY_POLICY:
        return None
    facts, now = token.facts, clock.now()
    rules = facts.timeline.at(now)
    return PolicyEnd(now, None, facts.kind, rules, objections(rules, facts, now))
