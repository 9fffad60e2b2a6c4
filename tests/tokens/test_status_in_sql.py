"""Each status is written twice. Here the question about one token and the question in SQL are held to each other."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts import roles
from accounts.models import Membership, ServiceUser, Tenant, User
from audit import clock
from tests.cast import Cast
from tests.examples import examples
from tests.tokens.rows import row, text_of, undone
from tokens import standing
from tokens.expiry import DAY, SOON
from tokens.models import Token
from tokens.rules import Policy, Rules
from tokens.sets import TokenQuerySet
from tokens.status import Circumstances, Status, status_in_sql
from tokens.verification import Refused, inspect_again, verify

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
BORN = NOW - timedelta(days=2000)
NEAR = [timedelta(0), timedelta(microseconds=1), timedelta(hours=1), SOON, SOON + timedelta(microseconds=1)]


@dataclass(frozen=True, slots=True)
class Case:
    """One token and all that stands around it. Without `member` and `worker`: a tenant token."""

    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    member: tuple[bool, bool, bool] | None  # removed, suspended, user active
    worker: tuple[bool, bool] | None = None  # deleted, disabled
    networks: str = ""
    offer: tuple[datetime, bool] | None = None  # to be claimed until, withdrawn


@dataclass(frozen=True, slots=True)
class World:
    policy: Policy
    suspended: bool
    cases: list[Case]


_days = st.sampled_from([1, 30, 366])
_changes = {"max_days": _days, "never": st.booleans()}
_more = {name: st.booleans() for name in ("personal", "service", "tenant", "networks")}
_rules = st.fixed_dictionaries(_changes, optional=_more).map(lambda said: Rules().changed(**said))
_offsets = st.sampled_from([*NEAR, *(timedelta(days=days) for days in (1, 30, 366, 400))])
_past = _offsets.map(lambda by: NOW - by)
_around = st.tuples(_offsets, st.sampled_from([-1, 1])).map(lambda pair: NOW + pair[0] * pair[1])
_flags = st.just((False, False, True)) | st.tuples(st.booleans(), st.booleans(), st.booleans())
_policies = _rules.map(Policy) | st.builds(Policy, _rules, _rules, _around)
_networks = st.sampled_from(["", "192.0.2.0/24"])
_revoked = st.none() | st.none() | _past
_worker = st.just((False, False)) | st.tuples(st.booleans(), st.booleans())
_open = st.none() | _around
_offer = st.tuples(_around, st.booleans())
_cases = (
    st.builds(Case, _past, _around, _revoked, _flags, st.none(), _networks, st.none() | _offer)
    | st.builds(Case, _past, _open, _revoked, st.none(), _worker, _networks)
    | st.builds(Case, _past, _open, _revoked, st.none(), st.none(), _networks)
)
worlds = st.builds(World, _policies, st.booleans(), st.lists(_cases, min_size=1, max_size=5))


@settings(max_examples=examples(150))
@example(world=World(Policy(Rules().changed(max_days=30)), False, [Case(NOW - 30 * DAY, NOW + DAY, None, None)]))
@given(world=worlds)
def test_both_say_the_same_of_every_token(cast: Cast, world: World) -> None:
    with undone(), clock.at(NOW):
        tokens, given = _build(cast.acme, world)
        said = {status: {one.pk for one in tokens if one.status is status} for status in Status}
        found = {status: set(_ids(Token.objects.in_status(status, given))) for status in Status}
        told = dict(Token.objects.values_list("pk", status_in_sql(given)))
        assert found == said
        assert told == {one.pk: one.status for one in tokens}


@settings(max_examples=examples(150))
@given(world=worlds)
def test_live_pending_on_hold_and_ended_share_out_every_token(cast: Cast, world: World) -> None:
    with undone(), clock.at(NOW):
        tokens, given = _build(cast.acme, world)
        sets = (standing.live, standing.pending, standing.on_hold, standing.ended_early, standing.ran_out)
        parts = [Token.objects.filter(named(given)) for named in sets]
        ended = [pk for part in parts[3:] for pk in _ids(part)]
        assert sorted(_ids(Token.objects.filter(standing.ended(given)))) == sorted(ended)
        assert sorted(pk for part in parts for pk in _ids(part)) == sorted(one.pk for one in tokens)
        expiring = {one.pk for one in tokens if one.status is Status.ACTIVE and _ends_soon(one)}
        assert set(_ids(Token.objects.filter(standing.expiring(given)))) == expiring


@settings(max_examples=examples(150))
@given(world=worlds)
def test_the_check_decides_by_the_same_status(cast: Cast, world: World) -> None:
    with undone(), clock.at(NOW):
        tokens, _ = _build(cast.acme, world)
        for token in tokens:
            verdict = verify(text_of(token), address="192.0.2.1")
            reason = verdict.reason.value if isinstance(verdict, Refused) else "active"
            assert reason == ("wrong_secret" if token.claim_until else token.status.value)
            again = inspect_again(token.pk, address="192.0.2.1")
            assert (again.reason.value if isinstance(again, Refused) else "active") == token.status.value


def _build(tenant: Tenant, world: World) -> tuple[list[Token], Circumstances]:
    """The world as rows; tokens come back as a page loads them."""
    Tenant.objects.filter(pk=tenant.pk).update(
        token_rules=world.policy.text, suspended_at=NOW - DAY if world.suspended else None
    )
    viewer = roles.built_in("viewer")
    members = [_member(number, tenant, case) for number, case in enumerate(world.cases)]
    User.objects.bulk_create(one.user for one in members if one)
    for one in members:
        if one:
            one.role = viewer
            one.save(force_insert=True)
    made = [
        row(
            tenant,
            member,
            created_at=case.created_at,
            expires_at=case.expires_at,
            revoked_at=case.revoked_at,
            service_user=_worker_of(tenant, case),
            claim_until=case.offer[0] if case.offer else None,
            withdrawn_at=NOW - DAY if case.offer and case.offer[1] else None,
            networks_text=case.networks,
        )
        for case, member in zip(world.cases, members, strict=True)
    ]
    Token.objects.bulk_create(made)
    tenant.refresh_from_db()
    return list(Token.objects.with_subject()), Circumstances.of(tenant)


def _member(number: int, tenant: Tenant, case: Case) -> Membership | None:
    if case.member is None:
        return None
    removed, suspended, active = case.member
    user = User(email=f"p{number}@example.test", name=f"P{number}", is_active=active, created_at=BORN)
    return Membership(
        user=user,
        tenant=tenant,
        created_at=BORN,
        ended_at=NOW - DAY if removed else None,
        suspended_at=NOW - DAY if suspended else None,
    )


def _worker_of(tenant: Tenant, case: Case) -> ServiceUser | None:
    if case.worker is None:
        return None
    deleted, disabled = case.worker
    moments = {"deleted_at": NOW - DAY if deleted else None, "disabled_at": NOW - DAY if disabled else None}
    return ServiceUser.objects.create(tenant=tenant, name="Worker", created_at=BORN, **moments)


def _ids(tokens: TokenQuerySet) -> list[UUID]:
    return list(tokens.values_list("pk", flat=True))


def _ends_soon(token: Token) -> bool:
    return token.expires_at is not None and token.expires_at <= NOW + SOON
