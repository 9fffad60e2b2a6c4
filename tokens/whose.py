"""Whose tokens are shown or ended: one's own, the tenant's, or those of a person or a service user.

An address says it in `subject`: "me", "tenant", or an id.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower

from accounts import memberships, search
from accounts.access import MEMBERS_READ, Actor
from accounts.models import Membership, MembershipQuerySet, ServiceUser, ServiceUserQuerySet
from tokens.choosing import FEW, Choice, Group
from tokens.kinds import Kind
from tokens.sets import TokenQuerySet

ME = "me"
TENANT = "tenant"
ANYBODY = "Any subject"


@dataclass(frozen=True, slots=True)
class Whose:
    """`label` is "" where an id names nobody that the actor may know of."""

    value: str
    label: str
    memberships: list[UUID]

    def of(self, tokens: TokenQuerySet) -> TokenQuerySet:
        if self.value == TENANT:
            return tokens.of_kind(Kind.TENANT)
        if self.value == ME or self.memberships:
            return tokens.of_members(self.memberships)
        return tokens.of_service_user_id(self.value)


def named(value: str, by: Actor) -> Whose:
    """Who an address asks for. One small query for an id, whether it is a member's, a person's or a service user's."""
    assert by.tenant
    if value == TENANT:
        return Whose(value, str(by.tenant), [])
    if value == ME:
        return Whose(value, "Me", [by.membership.pk] if by.membership else [])
    found = _people(by).filter(Q(pk=value) | Q(user_id=value))
    others = _service_users(by).filter(pk=value)
    known = list(_listed(found, "user__name", is_person=True).union(_listed(others, "name", is_person=False), all=True))
    return Whose(value, known[0][1] if known else "", [pk for pk, _, is_person in known if is_person])


def offered(by: Actor, q: str, *, to_end: bool) -> list[Group]:
    """The first few who match a search, people by name or e-mail; without one, what stands for many besides.

    `to_end`: only those whose tokens the actor may end, not all whose tokens they see.
    """
    everybody = by.manages_tokens if to_end else by.sees_all_tokens
    found = _matching(q, by)
    groups = [] if q else [Group("", _shortcuts(by, everybody=everybody))]
    workers = _workers(by, everybody=everybody).filter(found).order_by(Lower("name"), "id")
    groups.append(Group.of_first("Service users", map(_service_user, workers[: FEW + 1])))
    if everybody and by.can(MEMBERS_READ):
        people = memberships.known_to(by).filter(found).order_by("listed_as", "id")
        groups.append(Group.of_first("People", map(_person, people[: FEW + 1])))
    return groups


def _matching(q: str, by: Actor) -> Q:
    """Of people and of service users, as no id is one's and the other's: one small query."""
    assert by.tenant
    questions = [search.Question(kind, search.fold(q)) for kind in (search.Kind.MEMBER, search.Kind.SERVICE_USER)]
    return search.any_of(by.tenant.pk, questions).condition if q else Q()


def _shortcuts(by: Actor, *, everybody: bool) -> list[Choice]:
    assert by.tenant
    tenants = [Choice(TENANT, str(by.tenant), "Tenant tokens")] if everybody else []
    return [Choice("", ANYBODY), Choice(ME, "Me", by.name), *tenants]


def _workers(by: Actor, *, everybody: bool) -> ServiceUserQuerySet:
    assert by.tenant
    known = ServiceUser.objects.in_tenant(by.tenant).current()
    return known if everybody else known.managed_by(by.own_membership)


def _service_user(one: ServiceUser) -> Choice:
    return Choice(str(one.pk), one.name, one.purpose)


def _person(one: Membership) -> Choice:
    return Choice(str(one.pk), one.user.name, one.user.email)


def _people(by: Actor) -> MembershipQuerySet:
    """Whose names the actor may read beside a token: everybody's who ever belonged here, or one's own."""
    assert by.tenant
    here = Membership.objects.in_tenant(by.tenant)
    if by.sees_all_tokens:
        return here
    return here.filter(pk=by.membership.pk) if by.membership else here.none()


def _service_users(by: Actor) -> ServiceUserQuerySet:
    assert by.tenant
    here = ServiceUser.objects.in_tenant(by.tenant)
    return here if by.sees_all_tokens else here.managed_by(by.own_membership)


def _listed(rows: QuerySet[Any], name: str, *, is_person: bool) -> QuerySet[Any]:
    return rows.order_by().values_list("pk", name, Value(is_person))
