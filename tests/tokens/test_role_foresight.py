"""What another role is said to do to live tokens is what the check then says."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import memberships, own_roles, role_moves, roles
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Role, ServiceUser, Tenant
from accounts.own_roles import NewRole
from audit import clock
from tests import factories
from tests.cast import Cast
from tests.examples import examples
from tests.tokens.rows import row, text_of, undone
from tokens import foresight, role_foresight
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.models import Token, TokenRole
from tokens.rules import Policy, Rules
from tokens.verification import Verified, verify

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SCOPES = [
    "assets:read",
    "assets:write",
    "projects:write",
    "shared/inboxes:read",
    "private/inboxes:write",
    "updates:run",
]


@dataclass(frozen=True, slots=True)
class Case:
    kind: Kind
    scope: str
    of_role: bool


@dataclass(frozen=True, slots=True)
class World:
    """`after` None: the role goes, and whoever has it gets the viewer's."""

    before: str
    after: str | None
    forbidden: str
    cases: list[Case]


_scope = st.lists(st.sampled_from(SCOPES), max_size=4).map(lambda some: str(Grants.parse(" ".join(some))))
_cases = st.lists(st.builds(Case, st.sampled_from(Kind), _scope, st.booleans()), min_size=1, max_size=4)
worlds = st.builds(World, _scope, st.none() | _scope, _scope, _cases)


@pytest.fixture
def role(cast: Cast) -> Role:
    """Marc and a service user have it."""
    operator = Actor.operator(cast.acme)
    made = own_roles.create([NewRole("releases", "Releases", grants=Grants.parse("assets:write"))], by=operator)[0]
    memberships.change_role(cast.marc.membership, to=made, by=operator)
    return made


@pytest.fixture
def worker(cast: Cast, role: Role) -> ServiceUser:
    made = factories.worker(cast.olivia.actor, grants="projects:read")
    ServiceUser.objects.filter(pk=made.pk).update(role=role)
    return made


@settings(max_examples=examples(300))
@given(world=worlds)
def test_what_is_said_is_what_is_left(cast: Cast, role: Role, worker: ServiceUser, world: World) -> None:
    with undone(), clock.at(NOW):
        Role.objects.filter(pk=role.pk).update(grants_text=world.before)
        Tenant.objects.filter(pk=cast.acme.pk).update(token_rules=Policy(Rules(forbidden=world.forbidden)).text)
        tokens = [_row(cast, worker, case) for case in world.cases]
        Token.objects.bulk_create(tokens)
        TokenRole.objects.bulk_create(TokenRole(token=one, role=role) for one in tokens if one.of_roles)
        cast.acme.refresh_from_db()
        fresh, by = Role.objects.get(pk=role.pk), Actor.operator(cast.acme)
        viewer = roles.built_in("viewer")
        asked = (
            role_foresight.if_it_went(fresh, viewer, by=by)
            if world.after is None
            else role_foresight.if_it_allowed(fresh, Grants.parse(world.after), by=by)
        )
        said = {one.token.pk: one.loses for one in foresight.foresee(asked).effects}
        before = _checked(tokens)
        if world.after is None:
            role_moves.delete(fresh, to=viewer, by=by)
        else:
            own_roles.edit(fresh, by=by, grants=Grants.parse(world.after))
        lost = {pk: foresight.lost_of(before[pk], left) for pk, left in _checked(tokens).items()}
        assert {pk: some for pk, some in lost.items() if some} == said


def _checked(tokens: list[Token]) -> dict[Any, Grants]:
    found = {}
    for token in tokens:
        verdict = verify(text_of(token), address="192.0.2.1")
        assert isinstance(verdict, Verified)
        found[token.pk] = verdict.grants
    return found


def _row(cast: Cast, worker: ServiceUser, case: Case) -> Token:
    return row(
        cast.acme,
        cast.marc.membership if case.kind is Kind.PERSONAL else None,
        service_user=worker if case.kind is Kind.SERVICE else None,
        expires_at=NOW + DAY,
        grants=case.scope,
        of_roles=case.of_role and case.kind is Kind.TENANT,
    )
