"""What a change of policy would do to live tokens, before anybody saves it: which stop, which can do less, and when.

A coarse question in SQL finds those that a change can touch at all; then each is judged by what the check itself asks:
the same facts, the same timeline, the same effective grants. A property test holds the two to each other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from django.db.models import Count, F, Q

from accounts.access import POLICY_WRITE, Actor
from accounts.grant import LEVELS
from accounts.grants import EMPTY, Forbidden, Grant, Grants, effective
from accounts.models import Role, Tenant
from audit import clock
from audit.keyset import Phase, page
from tokens.kinds import Kind
from tokens.models import Token
from tokens.policy import LIMITS, limits, limits_on, policy_of, proposed
from tokens.rules import Policy, Rules, Span, Timeline, policy_in, timeline_of
from tokens.sets import TokenQuerySet
from tokens.status import Circumstances, Facts, Status, refuses, where

NOTHING: Mapping[UUID, str] = MappingProxyType({})
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


class Asks(Protocol):
    """What would become of tokens: those that a change can touch at all, and what it does to one of them."""

    @property
    def touched(self) -> TokenQuerySet: ...

    def judge(self, token: Token) -> Effect | None: ...


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
        live = Token.objects.of_tenant(self.tenant).live(Circumstances(self.now, self.before.at(self.now), self.tenant))
        return live.touched_by(touched(self.before, self.after, self.now)).with_subject().with_roles()


def asked(tenant: Tenant, rules: Rules, *, on: datetime | None, by: Actor) -> Question:
    """What `policy.plan` would do with the same rules and day, held against what holds now.

    A change that is planned already does not count: whoever replaces it, or looks at it, wants to see all of it.
    """
    by.must(POLICY_WRITE, on=tenant)
    now, own, bounds = clock.now(), policy_of(tenant), limits_on(tenant)
    before, after = Timeline.of(Policy(own.rules), bounds), Timeline.of(proposed(own, rules, on), bounds)
    return Question(tenant, now, before.since(now), after.since(now))


def planned(tenant: Tenant, *, by: Actor) -> Foresight | None:
    """What the change that is planned will do; None if there is none."""
    own = policy_of(tenant)
    return foresee(asked(tenant, own.next_rules, on=own.next_from, by=by)) if own.next_rules else None


def foresee(question: Asks) -> Foresight:
    """In two queries."""
    found = list(question.touched.order_by("id")[: COUNTED + 1])
    effects = [effect for token in found if (effect := question.judge(token))]
    return Foresight(effects[:COUNTED], more=len(found) > COUNTED)


def read(question: Asks, cursor: str, *, size: int, strict: bool = False) -> Shown:
    """A page of them, oldest token first. `strict` as in `keyset.page`."""
    found = page([Phase(question.touched, ("id",))], cursor, size=size, strict=strict)
    effects = [effect for token in found if (effect := question.judge(token))]
    return Shown(effects, found.next, found.previous)


def rights(token: Token, held: Mapping[UUID, str] = NOTHING, made_of: Mapping[UUID, str] = NOTHING) -> list[str]:
    """The texts that bound a token beside its policy, as the check reads them.

    What roles would allow instead, by their ids: `held` to those who have them, `made_of` to tokens made of them.
    """

    def allowed(role: Role | None) -> str:
        return held.get(role.pk, role.grants_text) if role else ""

    texts = [token.grants_text]
    if token.membership:
        texts.append(allowed(token.membership.role))
    if token.service_user:
        texts.append(f"{allowed(token.service_user.role)} {token.service_user.grants_text}")
    if token.of_roles:
        texts.append(" ".join(made_of.get(one.role_id, one.role.grants_text) for one in token.roles.all()))
    return texts


def touched(before: Timeline, after: Timeline, now: datetime) -> Q:
    condition = Q(pk__in=[])
    for span in after.spans:
        others = [one.rules for one in before.spans if _overlap(one, span)]
        condition |= Q(ends_at__gt=max(span.start, now)) & _tighter(span.rules, others)
    return condition


def _stop(question: Question, token: Token) -> Effect | None:
    """The first moment at which it would have worked, and does not. Either answer changes at these moments alone."""
    facts = token.facts
    lines = (question.before, question.after)
    ends = (span.rules.latest_end(facts.kind, facts.created_at) for line in lines for span in line.spans)
    for moment in _lived(question, token, [end for end in ends if end]):
        rules = question.after.at(moment)
        if refuses(rules, facts, moment) and not refuses(question.before.at(moment), facts, moment):
            return Effect(token, objections(rules, facts, moment)[0], moment)
    return None


def objections(rules: Rules, facts: Facts, moment: datetime) -> list[Why]:
    """All for which rules refuse a token at a moment, worst first; empty where they do not."""
    end = rules.latest_end(facts.kind, facts.created_at)
    speaks = {
        Why.KIND: not rules.allows(facts.kind),
        Why.NETWORKS: rules.networks and not facts.has_networks,
        Why.AGE: end is not None and end <= moment,
    }
    return [why for why, holds in speaks.items() if holds]


def _lived(question: Question, token: Token, more: Iterable[datetime] = ()) -> list[datetime]:
    """The moments from which something else holds, of those that the token lives to see."""
    starts = {question.now, *more, *(span.start for line in (question.before, question.after) for span in line.spans)}
    return sorted(one for one in starts if question.now <= one < token.ends_at)


def _loss(question: Question, token: Token) -> Effect | None:
    """As long as it works under both: when it stops anyway, it does less by itself."""
    texts, facts = rights(token), token.facts
    for moment in _lived(question, token):
        rules = question.after.at(moment), question.before.at(moment)
        if any(refuses(one, facts, moment) for one in rules):
            continue
        left, had = (effective(*texts, forbidden=one.forbidden) for one in rules)
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


@dataclass(frozen=True, slots=True)
class Touched:
    """A tenant in which live tokens stop or can do less, and how many."""

    tenant_id: UUID
    name: str
    count: int


def touched_tenants(rules: Rules, *, on: datetime | None, by: Actor) -> list[Touched]:
    """What `policy.limit` would do with the same rules and day, tenant by tenant, those with most tokens first.

    Tenants with the same policy are asked for together. A token whose person has less access than the token itself is
    counted for scopes that it would not have had anyway.
    """
    by.must_govern(LIMITS)
    now, condition = clock.now(), Q(pk__in=[])
    limits_then = proposed(limits(), rules, on)
    for text, bounds in Tenant.objects.order_by().values_list("token_rules", "token_limits").distinct():
        before = timeline_of(text, bounds).since(now)
        after = Timeline.of(policy_in(text), limits_then).since(now)
        theirs = Q(tenant__token_rules=text, tenant__token_limits=bounds)
        condition |= theirs & where(Status.ACTIVE, Circumstances(now, before.at(now))) & touched(before, after, now)
    tenants = Token.objects.touched_by(condition).order_by().values_list("tenant_id", "tenant__name")
    found = tenants.annotate(count=Count("pk"))
    return [Touched(*one) for one in found.order_by("-count", "tenant__name")[:COUNTED]]
