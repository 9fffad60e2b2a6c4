"""What another role would leave of live tokens, before anybody saves it: which of them lose which scopes, at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.access import ROLES_WRITE, Actor
from accounts.grants import EMPTY, Grants, effective
from accounts.models import Role, Tenant
from audit import clock
from tokens.foresight import Effect, Why, lost_of, rights
from tokens.models import Token
from tokens.policy import rules_of
from tokens.rules import Rules
from tokens.sets import TokenQuerySet
from tokens.status import Circumstances


@dataclass(frozen=True, slots=True)
class RoleQuestion:
    """`held`: what the role would allow those who have it; `made_of`: what is left of tokens that were made of it."""

    tenant: Tenant
    role: Role
    now: datetime
    rules: Rules
    held: Grants
    made_of: Grants

    @property
    def touched(self) -> TokenQuerySet:
        """Live tokens with a scope about anything that the role no longer allows."""
        less = lost_of(self.role.grants, self.held) | lost_of(self.role.grants, self.made_of)
        about = Q(pk__in=[])
        for boundary, resource in {grant.place for grant in less}:
            about |= Q(_scopes__contains=f" {boundary}/{resource}:" if boundary else f" {resource}:")
        given = Circumstances(self.now, self.rules, self.tenant)
        live = Token.objects.of_tenant(self.tenant).live(given).bounded_by(self.role)
        return live.touched_by(about).with_subject().with_roles()

    def judge(self, token: Token) -> Effect | None:
        forbidden = self.rules.forbidden
        had = effective(*rights(token), forbidden=forbidden)
        left = effective(*rights(token, self._by_id(self.held), self._by_id(self.made_of)), forbidden=forbidden)
        lost = lost_of(had, left)
        return Effect(token, Why.SCOPES, self.now, lost) if lost else None

    def _by_id(self, grants: Grants) -> Mapping[UUID, str]:
        return {self.role.pk: str(grants)}


def if_it_allowed(role: Role, grants: Grants, *, by: Actor) -> RoleQuestion:
    """What `own_roles.edit` would do with the same grants."""
    return _ask(role, grants, grants, by)


def if_it_went(role: Role, to: Role | None, *, by: Actor) -> RoleQuestion:
    """What `role_moves.delete` would do."""
    return _ask(role, to.grants if to else EMPTY, EMPTY, by)


def _ask(role: Role, held: Grants, made_of: Grants, by: Actor) -> RoleQuestion:
    by.must(ROLES_WRITE)
    assert by.tenant
    return RoleQuestion(by.tenant, role, clock.now(), rules_of(by.tenant), held, made_of)
