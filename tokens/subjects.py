"""Who a token of type Personal can act as: oneself, a service user, or another member, who then claims it.

Read from the form's `subject` field: "" is oneself, "service:<uuid>" a service user, "member:<uuid>" a member.
"""

from dataclasses import dataclass
from uuid import UUID

from accounts import memberships, search, service_users
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Membership, ServiceUser, ServiceUserQuerySet
from audit.asked import SEARCH_CHARACTERS
from tokens import lifecycle, offers
from tokens.kinds import Kind
from tokens.rules import Rules

SERVICE = "service:"
MEMBER = "member:"
FEW = 30  # as many as a plain list holds; above, people search
UNKNOWN = "There is no such person or service user any more. Choose another one."


@dataclass(frozen=True, slots=True)
class Subject:
    """`value` is what the form sends, `rights` all that it may do now; `is_me` words it on the form."""

    value: str
    label: str
    kind: Kind
    rights: Grants
    service_user: ServiceUser | None = None
    member: Membership | None = None

    @property
    def is_me(self) -> bool:
        return not self.value


@dataclass(frozen=True, slots=True)
class Offer:
    """What the field shows: at most FEW of each that match `query`. `is_long`: there are more than FEW in all.

    `me`, `service`, `tenant`: as whom a token may act at all, by policy and by the person's rights.
    """

    me: bool
    service: bool
    tenant: bool
    service_users: list[ServiceUser]
    members: list[Membership]
    is_long: bool
    query: str

    @property
    def is_needed(self) -> bool:
        return bool(self.service_users or self.members or self.is_long or self.query)


def me(actor: Actor) -> Subject:
    return Subject("", actor.name, Kind.PERSONAL, actor.grants)


def of(service_user: ServiceUser) -> Subject:
    return Subject(value_of(service_user), service_user.name, Kind.SERVICE, service_user.rights, service_user)


def of_member(member: Membership) -> Subject:
    return Subject(f"{MEMBER}{member.pk}", member.user.name, Kind.PERSONAL, member.role.grants, member=member)


def value_of(service_user: ServiceUser) -> str:
    return f"{SERVICE}{service_user.pk}"


def chosen(value: str, *, by: Actor) -> Subject | None:
    """The subject that a value names, of those that `by` may choose; None for any other value."""
    if not value:
        return me(by)
    sort, _, text = value.partition(":")
    try:
        pk = UUID(text)
    except ValueError:
        return None
    if f"{sort}:" == SERVICE:
        service_user = _usable(by).filter(pk=pk).first()
        return of(service_user) if service_user else None
    if f"{sort}:" == MEMBER and by.manages_tokens:
        member = offers.people(by).by_name().filter(pk=pk).first()
        return of_member(member) if member else None
    return None


def offer(actor: Actor, rules: Rules, *, query: str = "", current: Subject | None = None) -> Offer:
    """`current` is always among them: a search does not take away what is chosen."""
    query = query.strip()[:SEARCH_CHARACTERS]
    me, service = rules.allows(Kind.PERSONAL), rules.allows(Kind.SERVICE)
    workers, many_workers = _workers(actor, query) if service else ([], False)
    others, many_others = _others(actor, query) if me else ([], False)
    if current and current.service_user and current.service_user not in workers:
        workers = [current.service_user, *workers]
    if current and current.member and current.member not in others:
        others = [current.member, *others]
    is_long, tenant = many_workers or many_others, may_be_tenant(actor, rules)
    return Offer(me, service, tenant, workers[:FEW], others[:FEW], is_long, query)


def may_be_tenant(actor: Actor, rules: Rules) -> bool:
    """Whether the person may make tokens that act for the tenant."""
    return rules.allows(Kind.TENANT) and lifecycle.may_issue(Kind.TENANT, actor)


def may_be_service_user(actor: Actor, rules: Rules) -> bool:
    """Whether there is a service user that the person may make tokens for."""
    return rules.allows(Kind.SERVICE) and _usable(actor).working().exists()


def _workers(actor: Actor, query: str) -> tuple[list[ServiceUser], bool]:
    assert actor.tenant
    usable = _usable(actor).working().order_by("name", "id")
    named = search.matching(search.Kind.SERVICE_USER, actor.tenant.pk, query)
    found = list(usable.filter(named)[: FEW + 1])
    return found, len(found) > FEW or (bool(query) and usable[FEW : FEW + 1].exists())


def _others(actor: Actor, query: str) -> tuple[list[Membership], bool]:
    """Nobody makes a token for somebody else without the right to manage all of the tenant's."""
    if not actor.manages_tokens:
        return [], False
    people = offers.people(actor).by_name()
    found = list(memberships.among(people, query, by=actor)[: FEW + 1])
    return found, len(found) > FEW or (bool(query) and people[FEW : FEW + 1].exists())


def _usable(by: Actor) -> ServiceUserQuerySet:
    return service_users.usable_by(by).with_everything()
