"""What a change of policy is said to do is what the check then does, to the microsecond and to the scope."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.access import Actor
from accounts.grants import EMPTY, Grants
from accounts.models import Role, ServiceUser, Tenant
from audit import clock
from tests import factories
from tests.cast import Cast
from tests.examples import examples
from tests.tokens.rows import row, text_of, undone
from tokens import foresight, policy
from tokens.expiry import DAY
from tokens.foresight import Effect, Question
from tokens.kinds import Kind
from tokens.models import Token, TokenRole
from tokens.rules import Policy, Rules
from tokens.verification import Refused, Verified, verify

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SCOPES = [
    "assets:write",
    "assets:write@project=A",
    "projects:admin",
    "shared/inboxes:read",
    "updates:run",
    "assets:read",
]


@dataclass(frozen=True, slots=True)
class Case:
    """One token. `of_role`: the tenant's, made of the role that marc and the service user have."""

    kind: Kind
    age: timedelta
    left: timedelta | None
    networks: str
    scope: str
    of_role: bool


@dataclass(frozen=True, slots=True)
class World:
    before: Policy
    limits: Policy
    rules: Rules
    on: datetime | None
    role: str
    cases: list[Case]


_days = st.sampled_from([1, 30, 90, 366])
_spans = st.sampled_from([timedelta(0), TICK, timedelta(hours=1), *(days * DAY for days in (1, 30, 60, 90, 300))])
_scope = st.lists(st.sampled_from(SCOPES), min_size=1, max_size=3).map(" ".join)
_switches = {name: st.booleans() for name in ("personal", "service", "tenant", "never", "networks")}
_rules = st.fixed_dictionaries({}, optional={**_switches, "max_days": _days, "forbidden": st.just("") | _scope}).map(
    lambda said: Rules().changed(**said)
)
_later = _spans.map(lambda by: NOW + TICK + by)
_policies = _rules.map(Policy) | st.builds(Policy, _rules, _rules, _later)
_limits = st.just(Policy(Rules().changed(never=True))) | _policies
_cases = st.builds(
    Case,
    st.sampled_from(Kind),
    _spans,
    st.none() | _spans.map(lambda by: by + TICK),
    st.sampled_from(["", "192.0.2.0/24"]),
    _scope,
    st.booleans(),
)
worlds = st.builds(
    World, _policies, _limits, _rules, st.none() | _later, _scope, st.lists(_cases, min_size=1, max_size=4)
)


@pytest.fixture
def worker(cast: Cast) -> ServiceUser:
    return factories.worker(cast.olivia.actor, role="developer", grants="projects:write@project=1")


@settings(max_examples=examples(500))
@given(world=worlds)
def test_what_is_said_is_what_is_refused(cast: Cast, worker: ServiceUser, world: World) -> None:
    with undone(), clock.at(NOW):
        tokens = _build(cast, worker, world)
        question = _question(cast.acme, world)
        said = {one.token.pk: one for one in foresight.foresee(question).effects}
        moments = sorted(_moments(question, tokens, said))
        _set(cast.acme, Policy(policy.policy_of(cast.acme).rules))
        before = {moment: _checked(tokens, moment) for moment in moments}
        _set(cast.acme, policy.proposed(policy.policy_of(cast.acme), world.rules, world.on))
        after = {moment: _checked(tokens, moment) for moment in moments}
        for token in tokens:
            for moment in moments:
                if isinstance(before[NOW][token.pk], Verified):
                    _compare(said.get(token.pk), moment, before[moment][token.pk], after[moment][token.pk])
                else:
                    assert token.pk not in said  # it stopped long ago, or waits for something else


def _compare(effect: Effect | None, moment: datetime, old: Verified | Refused, new: Verified | Refused) -> None:
    if effect and effect.stops:
        if moment == effect.at:
            assert isinstance(old, Verified)
            assert isinstance(new, Refused)
        if moment < effect.at and isinstance(old, Verified):
            assert isinstance(new, Verified)
    elif isinstance(old, Verified):
        assert isinstance(new, Verified)
        lost = foresight.lost_of(old.grants, new.grants)
        if effect is None or moment < effect.at:
            assert lost == EMPTY
        elif moment == effect.at:
            assert lost == effect.loses != EMPTY


def _moments(question: Question, tokens: list[Token], said: dict[Any, Effect]) -> Iterator[datetime]:
    """Whenever anything can change, and the tick before."""
    found = {NOW + 45 * DAY}
    found |= {span.start for line in (question.before, question.after) for span in line.spans if span.start > NOW}
    found |= {effect.at for effect in said.values()}
    found |= {token.expires_at for token in tokens if token.expires_at}
    yield from {one for moment in found for one in (moment, moment - TICK) if one > NOW} | {NOW}


def _set(tenant: Tenant, after: Policy) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(token_rules=after.text)


def _question(tenant: Tenant, world: World) -> Question:
    tenant.refresh_from_db()
    return foresight.asked(tenant, world.rules, on=world.on, by=Actor.operator(tenant))


def _checked(tokens: list[Token], moment: datetime) -> dict[Any, Verified | Refused]:
    with clock.at(moment):
        return {token.pk: verify(text_of(token), address="192.0.2.1") for token in tokens}


def _build(cast: Cast, worker: ServiceUser, world: World) -> list[Token]:
    held = cast.marc.membership.role_id
    Role.objects.filter(pk=held).update(grants_text=str(Grants.parse(world.role)))
    Tenant.objects.filter(pk=cast.acme.pk).update(token_rules=world.before.text, token_limits=world.limits.text)
    made = [_row(cast, worker, case) for case in world.cases if case.left or case.kind is not Kind.PERSONAL]
    Token.objects.bulk_create(made)
    TokenRole.objects.bulk_create(TokenRole(token=one, role_id=held) for one in made if one.of_roles)
    return made


def _row(cast: Cast, worker: ServiceUser, case: Case) -> Token:
    return row(
        cast.acme,
        cast.marc.membership if case.kind is Kind.PERSONAL else None,
        service_user=worker if case.kind is Kind.SERVICE else None,
        created_at=NOW - case.age,
        expires_at=None if case.left is None else NOW + case.left,
        grants=str(Grants.parse(case.scope)),
        networks_text=case.networks,
        of_roles=case.of_role and case.kind is Kind.TENANT,
    )
