"""Who a token of type Personal can act as: oneself, or a service user. Read from the form's `subject` field.

Its values: "" is oneself, "service:<uuid>" a service user.
"""

from dataclasses import dataclass
from uuid import UUID

from accounts import service_users
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import ServiceUser, ServiceUserQuerySet
from tokens.kinds import Kind
from tokens.rules import Rules

SERVICE = "service:"
FEW = 30  # as many as a plain list holds; above, people search
SEARCH_CHARACTERS = 100
UNKNOWN = "There is no such service user any more. Choose another one."


@dataclass(frozen=True, slots=True)
class Subject:
    """`value` is what the form sends, `rights` all that it may do now; `is_me` words it on the form."""

    value: str
    label: str
    kind: Kind
    rights: Grants
    service_user: ServiceUser | None = None

    @property
    def is_me(self) -> bool:
        return not self.value


@dataclass(frozen=True, slots=True)
class Offer:
    """What the field shows: at most FEW of those that match `query`. `is_long`: there are more than FEW in all."""

    me: bool
    service_users: list[ServiceUser]
    is_long: bool
    query: str

    @property
    def is_needed(self) -> bool:
        return bool(self.service_users or self.is_long or self.query)


def me(actor: Actor) -> Subject:
    return Subject("", actor.name, Kind.PERSONAL, actor.grants)


def of(service_user: ServiceUser) -> Subject:
    return Subject(value_of(service_user), service_user.name, Kind.SERVICE, service_user.rights, service_user)


def value_of(service_user: ServiceUser) -> str:
    return f"{SERVICE}{service_user.pk}"


def chosen(value: str, *, by: Actor) -> Subject | None:
    """The subject that a value names, of those that `by` may choose; None for any other value."""
    if not value:
        return me(by)
    try:
        pk = UUID(value.removeprefix(SERVICE)) if value.startswith(SERVICE) else None
    except ValueError:
        return None
    found = pk and _usable(by).filter(pk=pk).first()
    return of(found) if found else None


def offer(actor: Actor, rules: Rules, *, query: str = "", current: Subject | None = None) -> Offer:
    """`current` is always among them: a search does not take away what is chosen."""
    query = query.strip()[:SEARCH_CHARACTERS]
    usable = _usable(actor).working().order_by("name", "id") if rules.allows(Kind.SERVICE) else None
    if usable is None:
        return Offer(rules.allows(Kind.PERSONAL), [], is_long=False, query="")
    found = list((usable.matching(query) if query else usable)[: FEW + 1])
    is_long = len(found) > FEW or (bool(query) and usable[FEW : FEW + 1].exists())
    if current and current.service_user and current.service_user not in found:
        found.insert(0, current.service_user)
    return Offer(rules.allows(Kind.PERSONAL), found[:FEW], is_long, query)


def _usable(by: Actor) -> ServiceUserQuerySet:
    return service_users.usable_by(by).with_everything()
