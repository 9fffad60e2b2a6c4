"""Where a machine of teams works: one tenant beside its model, who may do what there, and everything by number."""

from collections.abc import Callable
from contextlib import ExitStack
from copy import deepcopy
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from accounts import roles
from accounts.access import Actor
from accounts.models import Membership, Role, ServiceUser, Tenant
from accounts.service_users import Rights
from tests.cast import ORIGIN
from tests.teams.model import Held, Person, Points, Standing, Team, Worker, points, without
from tests.tokens.rows import undone
from tokens.kinds import Kind
from tokens.models import Token

SCOPES = st.sampled_from(
    [
        "assets:read",
        "assets:write projects:read",
        "assets:read updates:run",
        "devices:write@group=eu-1",
        "devices:read",
        "devices:read@device=7f3c assets:write",
        "tokens:write assets:write",
        "members:write roles:write policy:write",
    ]
)
FORBIDDEN = st.sampled_from(["", "assets:write", "assets:read", "updates:run", "devices:read tokens:write"])

type Deed[T] = Callable[[], T]


class Stage(RuleBasedStateMachine):
    """Acme and its people; what a sequence wrote is gone after it."""

    tenant: ClassVar[Tenant]
    start: ClassVar[tuple[Team, dict[UUID, str]]]

    def __init__(self) -> None:
        super().__init__()
        self.team, self.secrets = deepcopy(self.start)
        self.made = len(self.team.roles)
        self.undone = ExitStack()

    @initialize()
    def begin(self) -> None:
        self.undone.enter_context(undone())

    @classmethod
    def opens(cls, tenant: Tenant) -> None:
        """What every sequence begins with: made once, as it takes longer than a sequence."""
        known = {role.pk: role.grants_text for role in Role.objects.filter(tenant=None)}
        team = Team(roles.built_in("owner").pk, known)
        for one in Membership.objects.in_tenant(tenant).order_by("pk"):
            team.people[one.pk] = Person(one.role_id)  # olivia, the owner, is number 0
        cls.tenant, cls.start = tenant, (team, {})
        first = cls()
        first.fill()
        cls.start = first.team, first.secrets

    def fill(self) -> None:
        """Something for each step to be about."""
        raise NotImplementedError

    def teardown(self) -> None:
        self.undone.close()

    # -- who may

    def may(self, actor: Actor, right: str, *, giving: Points = frozenset()) -> None:
        assert points(right) | giving <= self.rights(actor)

    def may_manage(self, actor: Actor, member: Membership | None, giving: Role | None = None) -> None:
        self.may(actor, "members:write", giving=points(self.team.roles[giving.pk]) if giving else frozenset())
        about = {giving.pk if giving else None, self.team.people[member.pk].role if member else None}
        assert self.team.owner_role not in about or self.own(actor) in self.team.owners()

    def may_issue(self, actor: Actor, kind: Kind, scope: str, worker: ServiceUser | None) -> bool:
        wanted, held = points(scope), self.rights(actor)
        fits = kind.value in self.team.kinds and wanted <= held and wanted == without(wanted, self.team.forbidden)
        if "@" in scope:
            fits = fits and points("tokens:custom") <= held
        if kind is Kind.PERSONAL:
            return fits
        if worker is None:
            return fits and points("tokens:write") <= held
        model = self.team.workers[worker.pk]
        able = points("tokens:write") <= held or self.own(actor) in model.managers
        return fits and able and model.standing is Standing.HERE and wanted <= self.team.of_worker(worker.pk)

    def runs(self, actor: Actor, worker: Worker) -> bool:
        return self.own(actor) in worker.managers or points("service-users:write") <= self.rights(actor)

    def governs(self, actor: Actor, held: Held) -> bool:
        managers = self.team.workers[held.of].managers if held.kind == "service" and held.of else set()
        return self.own(actor) in {held.of, *managers} or points("tokens:write") <= self.rights(actor)

    def worth(self, rights: Rights, scope: str) -> Points:
        return points(f"{scope} {self.team.roles[rights.role.pk] if rights.role else ''}")

    # -- by number

    def actor(self, number: int) -> Actor:
        here = self.team.here()
        return self.actor_of(here[number % len(here)])

    def actor_of(self, pk: UUID) -> Actor:
        """Read anew each time, as the middleware does on each request."""
        return Actor.member(Membership.objects.with_everything().get(pk=pk), ORIGIN)

    def own(self, actor: Actor) -> UUID:
        assert actor.membership
        return actor.membership.pk

    def rights(self, actor: Actor) -> Points:
        return self.team.of_person(self.own(actor))

    def member(self, number: int) -> Membership:
        everybody = list(self.team.people)
        return Membership.objects.with_everything().get(pk=everybody[number % len(everybody)])

    def role(self, number: int) -> Role:
        known = list(self.team.roles)
        return Role.objects.get(pk=known[number % len(known)])

    def own_role(self, number: int) -> Role | None:
        known = list(Role.objects.filter(pk__in=self.team.roles, tenant=self.tenant).order_by("pk"))
        return known[number % len(known)] if known else None

    def worker(self, number: int) -> ServiceUser | None:
        known = list(self.team.workers)
        return ServiceUser.objects.get(pk=known[number % len(known)]) if known else None

    def token(self, number: int, standing: Standing | None = None) -> Token | None:
        known = [pk for pk, one in self.team.tokens.items() if standing in (None, one.standing)]
        return Token.objects.with_subject().get(pk=known[number % len(known)]) if known else None

    @staticmethod
    def does(deed: Deed[Any]) -> Any:
        """What a verb gives back, True for nothing; False where it refuses, and then it has done nothing."""
        try:
            with transaction.atomic():
                found = deed()
        except (ValidationError, PermissionDenied):
            return False
        return True if found is None else found
