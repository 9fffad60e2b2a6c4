"""A tenant at work at random: after every step each token can do exactly what the model says, and nobody gains a right.

Two thousand sequences with CI=true, 80 otherwise. Whether a verb agrees is its own business; what it did when
it agreed is held to who was allowed to ask for it, and to what became of every token.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from accounts import managing, memberships, own_roles, resources, service_users
from accounts.grants import Grants
from accounts.models import Membership, ServiceUserManager
from accounts.own_roles import NewRole
from accounts.resources import Said
from accounts.service_users import Rights, Words
from tests import factories
from tests.cast import Cast
from tests.examples import IN_CI
from tests.teams.model import Held, Person, Standing, Worker, points
from tests.teams.stage import FORBIDDEN, SCOPES, Deed, Stage
from tokens import leaving, lifecycle, offers, ownership, policy
from tokens import service_users as workers
from tokens.kinds import Kind
from tokens.models import Token
from tokens.verification import Verified, verify

PARTS = 8
SEQUENCES = (2_000 if connection.vendor == "sqlite" else 200) if IN_CI else 80
STEPS = 8
HERE = "192.0.2.1"

PICK = st.integers(0, 11)
BY = st.sampled_from([0, 0, 1, 2, 3, 3, 4])  # an owner and a clerk more often: most things are theirs to do


class Teams(Stage):
    """Steps take numbers and do something with whoever or whatever stands there; whoever is gone does nothing."""

    def fill(self) -> None:
        self.make_a_role(0, "assets:write projects:read updates:run tokens:write members:write")
        self.make_a_role(0, "members:write roles:write service-users:write tokens:write policy:write projects:read")
        self.give_a_role(0, 3, len(self.team.roles) - 1)  # a clerk: governs everything, may do next to nothing
        self.make_a_worker(0, 2, "assets:write devices:read", None)
        for by, kind in ((0, Kind.TENANT), (1, Kind.TENANT), (2, Kind.PERSONAL), (2, Kind.SERVICE)):
            self.issue(by, kind, "assets:write", 0)
        self.offer(1, 2, "assets:write updates:run")

    # -- people and roles

    @rule(by=BY, whom=PICK, role=PICK)
    def give_a_role(self, by: int, whom: int, role: int) -> None:
        actor, member, given = self.actor(by), self.member(whom), self.role(role)
        if self.does(lambda: memberships.change_role(member, to=given, by=actor)):
            self.may_manage(actor, member, given)
            self.team.people[member.pk].role = given.pk

    @rule(by=BY, whom=PICK, heir=PICK | st.none(), for_good=st.booleans())
    def send_away(self, by: int, whom: int, heir: int | None, for_good: bool) -> None:
        actor, member = self.actor(by), self.member(whom)
        to = None if heir is None else self.member(heir)
        deed = leaving.remove if for_good else leaving.suspend
        if self.does(lambda: deed(member, by=actor, heir=to)):
            self.may_manage(actor, member)
            self.team.send_away(member.pk, for_good=for_good, heir=to.pk if to else None)

    @rule(by=BY, whom=PICK)
    def let_back(self, by: int, whom: int) -> None:
        actor, member = self.actor(by), self.member(whom)
        if self.does(lambda: memberships.resume(member, by=actor)):
            self.may_manage(actor, member)
            self.team.let_back(member.pk)

    @rule(by=BY, whom=PICK, role=PICK)
    def take_back(self, by: int, whom: int, role: int) -> None:
        """Somebody who was removed: a new membership, and nothing of the old one."""
        gone = [pk for pk, one in self.team.people.items() if one.standing is Standing.GONE]
        if not gone:
            return
        actor, given = self.actor(by), self.role(role)
        user = Membership.objects.get(pk=gone[whom % len(gone)]).user
        made = self.does(lambda: memberships.add(user, to=self.tenant, role=given, by=actor))
        if made:
            self.may_manage(actor, None, given)
            self.team.people[made.pk] = Person(given.pk)

    @rule(by=BY, scope=SCOPES)
    def make_a_role(self, by: int, scope: str) -> None:
        actor, self.made = self.actor(by), self.made + 1
        wanted = NewRole(f"role-{self.made}", "A role", grants=Grants.parse(scope))
        made = self.does(lambda: own_roles.create([wanted], by=actor))
        if made:
            self.may(actor, "roles:write", giving=points(scope))
            self.team.roles[made[0].pk] = scope

    @rule(by=BY, which=PICK, scope=SCOPES)
    def change_a_role(self, by: int, which: int, scope: str) -> None:
        actor, role = self.actor(by), self.own_role(which)
        had = self.rights(actor)
        if role and self.does(lambda: own_roles.edit(role, by=actor, grants=Grants.parse(scope))):
            assert points(f"{scope} {self.team.roles[role.pk]} roles:write") <= had
            self.team.roles[role.pk] = scope

    @rule(by=BY, which=PICK)
    def drop_a_role(self, by: int, which: int) -> None:
        actor, role = self.actor(by), self.own_role(which)
        if role and self.does(lambda: own_roles.delete(role, by=actor)):
            self.may(actor, "roles:write", giving=points(self.team.roles.pop(role.pk)))

    # -- service users

    @rule(by=BY, manager=PICK, scope=SCOPES, role=PICK | st.none())
    def make_a_worker(self, by: int, manager: int, scope: str, role: int | None) -> None:
        actor, rights = self.actor(by), Rights(None if role is None else self.role(role), Grants.parse(scope))
        manages = [self.member(manager)]
        made = self.does(lambda: service_users.create(Words("A worker"), rights, managers=manages, by=actor))
        if made:
            self.may(actor, "service-users:create", giving=self.worth(rights, scope))
            managers = set(ServiceUserManager.objects.of(made.pk).values_list("membership_id", flat=True))
            assert manages[0].pk in managers
            self.team.workers[made.pk] = Worker(rights.role.pk if rights.role else None, scope, managers)

    @rule(by=BY, which=PICK, scope=SCOPES, role=PICK | st.none())
    def change_a_worker(self, by: int, which: int, scope: str, role: int | None) -> None:
        actor, worker = self.actor(by), self.worker(which)
        if worker is None:
            return
        rights = Rights(None if role is None else self.role(role), Grants.parse(scope))
        if self.does(lambda: service_users.change_rights(worker, to=rights, by=actor)):
            model = self.team.workers[worker.pk]
            assert self.runs(actor, model)
            assert self.worth(rights, scope) <= self.rights(actor) | self.team.of_worker(worker.pk)
            model.role, model.own = rights.role.pk if rights.role else None, scope

    @rule(by=BY, which=PICK, deed=st.sampled_from(["disable", "enable", "delete"]))
    def switch_a_worker(self, by: int, which: int, deed: str) -> None:
        actor, worker = self.actor(by), self.worker(which)
        if worker is None:
            return
        deeds: dict[str, Deed[bool]] = {
            "disable": lambda: service_users.disable(worker, by=actor),
            "enable": lambda: service_users.enable(worker, by=actor),
            "delete": lambda: workers.delete(worker, by=actor, confirm=worker.name),
        }
        if self.does(deeds[deed]):
            model = self.team.workers[worker.pk]
            assert self.runs(actor, model)
            model.standing = {"disable": Standing.AWAY, "enable": Standing.HERE, "delete": Standing.GONE}[deed]

    @rule(by=BY, which=PICK, whom=PICK, comes=st.booleans())
    def change_its_managers(self, by: int, which: int, whom: int, comes: bool) -> None:
        actor, worker, member = self.actor(by), self.worker(which), self.member(whom)
        if worker is None:
            return
        deed = managing.add if comes else managing.remove
        if self.does(lambda: deed(worker, member, by=actor)):
            model = self.team.workers[worker.pk]
            assert self.runs(actor, model)
            (model.managers.add if comes else model.managers.discard)(member.pk)

    # -- policy and resources

    @rule(by=BY, forbidden=FORBIDDEN, kind=st.sampled_from(list(Kind)), allowed=st.booleans())
    def change_the_policy(self, by: int, forbidden: str, kind: Kind, allowed: bool) -> None:
        actor = self.actor(by)
        tenant = actor.tenant
        assert tenant
        changes: dict[str, Any] = {"forbidden": forbidden, kind.value: allowed}
        if self.does(lambda: policy.change(tenant, by=actor, **changes)):
            self.may(actor, "policy:write")
            self.team.forbidden = forbidden
            (self.team.kinds.add if allowed else self.team.kinds.discard)(kind.value)

    @rule(by=BY, archived=st.booleans())
    def touch_a_resource(self, by: int, archived: bool) -> None:
        """What is registered, or no longer, changes nothing about tokens."""
        actor = self.actor(by)
        made = self.does(lambda: resources.put(Said("group", "eu-1"), by=actor))
        if made:
            self.may(actor, "resources:write")
            if archived:
                resources.archive(made[0], by=actor)

    # -- tokens

    @rule(by=BY, kind=st.sampled_from(list(Kind)), scope=SCOPES, which=PICK)
    def issue(self, by: int, kind: Kind, scope: str, which: int) -> None:
        actor, worker = self.actor(by), self.worker(which) if kind is Kind.SERVICE else None
        if kind is Kind.SERVICE and worker is None:
            return
        asked = factories.draft(scope, kind=kind, service_user=worker)
        of = self.own(actor) if kind is Kind.PERSONAL else worker.pk if worker else None
        issued = self.does(lambda: lifecycle.issue(asked, by=actor))
        assert bool(issued) == self.may_issue(actor, kind, scope, worker)
        if issued:
            self.secrets[issued.token.pk] = issued.secret.value
            answers = self.own(actor) if kind is Kind.TENANT else None
            self.team.tokens[issued.token.pk] = Held(kind.value, scope, of, answers)

    @rule(by=BY, first=PICK, second=PICK)
    def issue_of_roles(self, by: int, first: int, second: int) -> None:
        actor, made_of = self.actor(by), {role.pk: role for role in (self.role(first), self.role(second))}
        asked = factories.draft("", kind=Kind.TENANT, roles=tuple(made_of.values()))
        issued = self.does(lambda: lifecycle.issue(asked, by=actor))
        if issued:
            self.may(actor, "tokens:write", giving=points(" ".join(self.team.roles[pk] for pk in made_of)))
            self.secrets[issued.token.pk] = issued.secret.value
            scope = str(issued.token.grants)
            self.team.tokens[issued.token.pk] = Held("tenant", scope, None, self.own(actor), roles=tuple(made_of))

    @rule(by=BY, whom=PICK, scope=SCOPES)
    def offer(self, by: int, whom: int, scope: str) -> None:
        actor, member = self.actor(by), self.member(whom)
        made = self.does(lambda: offers.make(factories.draft(scope, member=member), by=actor))
        if made:
            self.may(actor, "tokens:write")
            assert points(scope) <= self.team.of_person(member.pk)
            self.team.tokens[made.pk] = Held("personal", scope, member.pk, standing=Standing.AWAY)

    @rule(by=BY, which=PICK)
    def claim(self, by: int, which: int) -> None:
        """By the one for whom it is, if that one is here, or by somebody else."""
        actor, token = self.actor(by), self.token(which, standing=Standing.AWAY)
        if token is None:
            return
        held = self.team.tokens[token.pk]
        if which % 2 and held.of in self.team.here():
            actor = self.actor_of(held.of)
        issued = self.does(lambda: offers.claim(token, by=actor))
        if issued:
            assert (held.standing, held.of) == (Standing.AWAY, self.own(actor))
            assert points(held.scope) <= self.rights(actor)
            held.standing = Standing.HERE
            self.secrets[token.pk] = issued.secret.value

    @rule(which=PICK, role=PICK)
    def give_another_role_and_claim(self, which: int, role: int) -> None:
        """Chance alone seldom comes from an offer to a claim by somebody who may do less meanwhile."""
        odd = 2 * which + 1  # so that the claim is by the one for whom it is
        token = self.token(odd, standing=Standing.AWAY)
        if token and token.membership_id:
            self.give_a_role(0, list(self.team.people).index(token.membership_id), role)
            self.claim(0, odd)

    @rule(by=BY, which=PICK, scope=SCOPES)
    def narrow(self, by: int, which: int, scope: str) -> None:
        actor, token = self.actor(by), self.token(which)
        if token and self.does(lambda: lifecycle.narrow(token, to=Grants.parse(scope), by=actor)):
            held = self.team.tokens[token.pk]
            assert points(scope) <= points(held.scope)
            assert self.governs(actor, held)
            held.scope = scope

    @rule(by=BY, which=PICK, deed=st.sampled_from([lifecycle.revoke, offers.withdraw]))
    def end(self, by: int, which: int, deed: Callable[..., bool]) -> None:
        actor, token = self.actor(by), self.token(which)
        if token and self.does(lambda: deed(token, by=actor)):
            assert self.governs(actor, self.team.tokens[token.pk])
            self.team.tokens[token.pk].standing = Standing.GONE

    @rule(by=BY)
    def take_over(self, by: int) -> None:
        actor, orphans = self.actor(by), self.team.orphans()
        if self.does(lambda: ownership.take_over(Token.objects.all(), by=actor)):
            self.may(actor, "tokens:write")
            for pk in orphans:
                self.team.tokens[pk].responsible = self.own(actor)

    # -- what always holds

    @invariant()
    def every_token_does_what_the_model_says(self) -> None:
        for pk, text in self.secrets.items():
            verdict, expected = verify(text, address=HERE), self.team.can(self.team.tokens[pk])
            found = points(str(verdict.grants)) if isinstance(verdict, Verified) else None
            assert found == expected, (verdict, self.team.tokens[pk])

    @invariant()
    def somebody_answers_for_everything(self) -> None:
        """Somebody who is here, or the queue that every owner sees, and there is always one."""
        owner = self.actor_of(self.team.owners()[0])
        assert {token.pk for token in ownership.needing(owner)} == self.team.orphans()
        assert {worker.pk for worker in ownership.unmanaged(owner)} == self.team.unmanaged()


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_what_tokens_can_do_is_what_the_model_says(cast: Cast, part: int) -> None:
    """In parts, so that more than one process shares them."""
    Teams.opens(cast.acme)
    run_state_machine_as_test(Teams, settings=settings(max_examples=SEQUENCES // PARTS, stateful_step_count=STEPS))
