"""Who belongs to the tenant."""

from uuid import UUID

from ninja import Query, Router
from pydantic import BaseModel

from accounts import memberships
from accounts.access import MEMBERS_READ
from accounts.models import Membership
from api.rest.door import BearerToken, Call, actor_of
from api.rest.paging import Page, Paged
from api.rest.values import Moment
from audit.keyset import Phase, page

router = Router(tags=["members"])


class Person(BaseModel):
    id: UUID
    name: str
    email: str


class RoleName(BaseModel):
    id: UUID
    key: str
    name: str


class Member(BaseModel):
    """`id` is the membership's: whoever leaves and comes back gets another one."""

    id: UUID
    user: Person
    role: RoleName
    suspended: bool
    joined_at: Moment

    @classmethod
    def of(cls, one: Membership) -> "Member":
        return cls(
            id=one.pk,
            user=Person(id=one.user.pk, name=one.user.name, email=one.user.email),
            role=RoleName(id=one.role.pk, key=one.role.key, name=one.role.name),
            suspended=one.suspended_at is not None,
            joined_at=one.created_at,
        )


@router.get(
    "/members",
    operation_id="listMembers",
    auth=BearerToken(MEMBERS_READ),
    response=Page[Member],
    summary="List members",
)
def index(request: Call, asked: Query[Paged]) -> Page[Member]:
    """People of the tenant with their roles, in the order in which they came."""
    people = memberships.known_to(actor_of(request))
    found = page([Phase(people, ("id",))], asked.cursor, size=asked.limit, strict=True)
    return Page(items=[Member.of(one) for one in found], next=found.next)
