"""What a change of policy would do to live tokens, before anybody saves it: which stop, which can do less, and when.

A coarse question in SQL finds those that a change can touch at all; then each is judged by what the check itself asks:
the same facts, the same timeline, the same effective grants. A property test holds the two to each other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F, Q

from accounts.access import POLICY_WRITE, Actor
from accounts.grant import LEVELS
from accounts.grants import EMPTY, Forbidden, Grant, Grants, effective
from accounts.models import ServiceUser, Tenant
from audit import clock
from audit.keyset import Phase, page
from tokens.kinds import Kind
from tokens.models import Token
from tokens.policy import limits_on, policy_of, proposed, timeline
from tokens.rules import Rules, Span, Timeline
from tokens.sets import TokenQuerySet

COUNTED = 1000  # counts are exact up to here, then "1,000+"


class Why(StrEnum):
    """What of a policy is in a token's way, worst first."""

    KIND = "kind"
    NETWORKS = "networks"
    AGE = "age"
    SCOPES = "scopes"


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to one token: it stops at a moment, or it goes on from a moment on without `loses`."""

    token: Token
    why: Why
    at: datetime
    loses: Grants = EMPTY

    @property
    def stops(self) -> bool:
        return self.why is not Why.SCOPES


@dataclass(frozen=True, slots=True)
class Foresight:
    """Everything that a change does. `effects` are at most COUNTED; `more`: there are others."""

    effects: list[Effect]
    more: bool

    def of(self, why: Why) -> list[Effect]:
        return [one for one in self.effects if one.why is why]

    @property
    def stopping(self) -> int:
        return sum(one.stops for one in self.effects)

    @property
    def label(self) -> str:
        count = len(self.effects)
        return f"{COUNTED:,}+ tokens" if self.more else f"{count:,} token{'' if count == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of effects, with the cursors of its neighbours."""

    effects: list[Effect]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A tenant's timeline as it is, and as it would be."""

    tenant: Tenant
    now: datetime
    before: Timeline
    after: Timeline

    def judge(self, token: Token) -> Effect | None:
        return _stop(self, token) or _loss(self, token)

    @property
    def touched(self) -> TokenQuerySet:
        """Live tokens that the change can touch, and some that it turns out not to."""
        live = Token.objects.of_tenant(self.tenant).live(self.now, self.before.at(self.now))
        return live.touched_by(touched(self.before, self.after, self.now)).with_subject().with_roles()


def asked(tenant: Tenant, rules: Rules, *, on: datetime | None, by: Actor) -> Question:
    """What `policy.plan` would do with the same rules and day."""
    by.must(POLICY_WRITE, on=tenant)
    now = clock.now()
    after = Timeline.of(proposed(policy_of(tenant), rules, on), limits_on(tenant))
    return Question(tenant, now, timeline(tenant).since(now), after.since(now))


def foresee(question: Question) -> Foresight:
    """In two queries."""
    found = list(question.touched.order_by("id")[: COUNTED + 1])
    effects = [effect for token in found if (effect := question.judge(token))]
    return Foresight(effects[:COUNTED], more=len(found) > COUNTED)


def read(question: Question, cursor: str, *, size: int, strict: bool = False) -> Shown:
    """A page of them, oldest token first. `strict` as in `keyset.page`."""
    found = page([Phase(question.touched, ("id",))], cursor, size=size, strict=strict)
    effects = [effect for token in found if (effect := question.judge(token))]
    return Shown(effects, found.next, found.previous)


def rights(token: Token, *, role: str | None = None, roles: Iterable[str] | None = None) -> list[str]:
    """The texts that bound a token beside its policy, as the check reads them; `role` and `roles` in their place."""
    texts = [token.grants_text]
    if token.membership:
        texts.append(token.membership.role.grants_text if role is None else role)
    if token.service_user:
        texts.append(_of_service_user(token.service_user, role))
    if token.of_roles:
        texts.append(" ".join(one.role.grants_text for one in token.roles.all()) if roles is None else " ".join(roles))
    return texts


def _of_service_user(service_user: ServiceUser, role: str | None) -> str:
    """Its role's, if it has one, and its own beside them: one text, hence united."""
    now = service_user.role.grants_text if service_user.role else ""
    return f"{now if role is None else role} {service_user.grants_text}"


def touched(before: Timeline, after: Timeline, now: datetime) -> Q:
    condition = Q(pk__in=[])
    for span in after.spans:
        others = [one.rules for one in before.spans if _overlap(one, span)]
        condition |= Q(ends_at__gt=max(span.start, now)) & _tighter(span.rules, others)
    return condition


def _stop(question: Question, token: Token) -> Effect | None:
    old = replace(token.facts, timeline=question.before).end
    facts = replace(token.facts, timeline=question.after)
    new = facts.end
    if new is None or (old is not None and old <= new):
        return None
    at = max(new, question.now)
    rules = question.after.at(at)
    if not rules.allows(facts.kind):
        return Effect(token, Why.KIND, at)
    return Effect(token, Why.NETWORKS if rules.networks and not facts.has_networks else Why.AGE, at)


def _loss(question: Question, token: Token) -> Effect | None:
    """At each moment from which something else holds, of those that the token lives to see."""
    starts = {question.now, *(span.start for line in (question.before, question.after) for span in line.spans)}
    end, texts = token.facts.end, rights(token)
    for moment in sorted(start for start in starts if start >= question.now and (end is None or start < end)):
        left = effective(*texts, forbidden=question.after.at(moment).forbidden)
        had = effective(*texts, forbidden=question.before.at(moment).forbidden)
        if lost := lost_of(had, left):
            return Effect(token, Why.SCOPES, moment, lost)
    return None


def lost_of(had: Grants, left: Grants) -> Grants:
    return Grants(grant for grant in had if not left.covers(grant))


def _overlap(one: Span, other: Span) -> bool:
    return (one.until is None or other.start < one.until) and (other.until is None or one.start < other.until)


def _tighter(rules: Rules, others: list[Rules]) -> Q:
    """What rules may refuse that some of the others do not."""
    condition = Q(pk__in=[])
    for kind in Kind:
        condition |= Q(kind=kind) & _tighter_for(kind, rules, others)
    if rules.networks and not all(one.networks for one in others):
        condition |= Q(networks_text="")
    known = [set(Forbidden.parse(one.forbidden)) for one in others]
    fresh = [rule for rule in Forbidden.parse(rules.forbidden) if not all(rule in some for some in known)]
    return condition | carrying(fresh) if fresh else condition


def _tighter_for(kind: Kind, rules: Rules, others: list[Rules]) -> Q:
    if not rules.allows(kind) and any(one.allows(kind) for one in others):
        return Q()
    if rules.may_never_end(kind):
        return Q(pk__in=[])
    days = rules.of(kind).max_days
    shorter = any(one.may_never_end(kind) or one.of(kind).max_days > days for one in others)
    return Q(ends_at__gt=F("created_at") + timedelta(days=days)) if shorter else Q(pk__in=[])


def carrying(rules: Iterable[Grant]) -> Q:
    """Tokens with a grant that has something in common with one of `rules` and reaches its action, or perhaps so."""
    condition = Q(pk__in=[])
    for needle in {needle for rule in rules for needle in _needles(rule)}:
        condition |= Q(_scopes__contains=needle)
    return condition


def _needles(rule: Grant) -> Iterator[str]:
    place = f"{rule.boundary}/{rule.resource}" if rule.boundary else rule.resource
    actions = LEVELS[LEVELS.index(rule.action) :] if rule.action in LEVELS else (rule.action,)
    for action in actions:
        yield f" {place}:{action} "
        yield f" {place}:{action}@" + (f"{rule.target_type}={rule.target_id} " if rule.target_type else "")
