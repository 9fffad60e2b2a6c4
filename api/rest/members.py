"""Who belongs to the tenant, and with which role."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import BaseModel, Field, WithJsonSchema

from accounts import member_list, memberships, roles
from accounts.access import MEMBERS_READ, MEMBERS_WRITE, Actor
from accounts.member_list import Asked, State
from accounts.models import Membership, Role
from api.rest.door import BearerToken, Call, actor_of
from api.rest.paging import Page, Paged, Parameters, words
from api.rest.values import Given, Moment, nothing, one_of
from audit.asked import SEARCH_CHARACTERS
from tokens import leaving

router = Router(tags=["members"])

reading, writing = BearerToken(MEMBERS_READ), BearerToken(MEMBERS_WRITE)

ROLE_CHARACTERS = 64

RoleKey = Annotated[
    str, Field(min_length=1, max_length=ROLE_CHARACTERS, pattern=r"^[^\x00]*$", description="`key` of a role.")
]


class Filters(Paged):
    """The members page's."""

    q: Annotated[str, words(SEARCH_CHARACTERS, "Text in name or e-mail address.")] = ""
    role: Annotated[str, words(ROLE_CHARACTERS, "`key` of a role.")] = ""
    state: Annotated[State | None, one_of(State, "Whether they get in.")] = None


class Person(BaseModel):
    id: UUID
    name: str
    email: str


class RoleName(BaseModel):
    id: UUID
    key: str
    name: str

    @classmethod
    def of(cls, one: Role) -> "RoleName":
        return cls(id=one.pk, key=one.key, name=one.name)


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
            role=RoleName.of(one.role),
            suspended=one.suspended_at is not None,
            joined_at=one.created_at,
        )


class Succession(Parameters):
    """Who takes over what somebody leaves behind."""

    heir_id: Annotated[
        UUID | None,
        WithJsonSchema({"type": "string", "format": "uuid", "description": "A live member who can manage tokens."}),
    ] = None


class MemberChange(Given):
    """What may change of a member, and nothing else."""

    role: RoleKey


@router.get("/members", operation_id="listMembers", auth=reading, response=Page[Member], summary="List members")
def index(request: Call, asked: Query[Filters]) -> Page[Member]:
    """People of the tenant with their roles, suspended ones too, in the order in which they came."""
    by = actor_of(request)
    assert by.tenant
    role = roles.named(asked.role, of=by.tenant).pk if asked.role else None
    wanted = Asked(asked.q.strip(), role, asked.state, asked.cursor)
    found = member_list.rows(by, wanted, size=asked.limit)
    return Page(items=[Member.of(one) for one in found], next=found.next)


@router.get("/members/{member_id}", operation_id="readMember", auth=reading, response=Member, summary="Read a member")
def detail(request: Call, member_id: UUID) -> Member:
    """One of those who belong here now."""
    return Member.of(_known(member_id, actor_of(request)))


@router.patch(
    "/members/{member_id}",
    operation_id="changeMember",
    auth=writing,
    response=Member,
    summary="Give a member another role",
)
def change(request: Call, member_id: UUID, body: MemberChange) -> Member:
    """From the next check on. A token gives roles within its own scope alone, and never touches an owner. The same
    again changes nothing.
    """
    by = actor_of(request)
    member = _known(member_id, by)
    memberships.change_role(member, to=roles.named(body.role, of=member.tenant), by=by)
    return Member.of(member)


@router.post(
    "/members/{member_id}/suspend",
    operation_id="suspendOwnMember",
    auth=writing,
    response=Member,
    summary="Suspend a member of the tenant",
)
def suspend(request: Call, member_id: UUID) -> Member:
    """Until resumed, neither they nor their personal tokens get in."""
    by = actor_of(request)
    member = _known(member_id, by)
    memberships.suspend(member, by=by)
    return Member.of(member)


@router.post(
    "/members/{member_id}/resume",
    operation_id="resumeOwnMember",
    auth=writing,
    response=Member,
    summary="Resume a member of the tenant",
)
def resume(request: Call, member_id: UUID) -> Member:
    """Everything is as it was."""
    by = actor_of(request)
    member = _known(member_id, by)
    memberships.resume(member, by=by)
    return Member.of(member)


@router.delete(
    "/members/{member_id}",
    operation_id="removeOwnMember",
    auth=writing,
    response={204: None},
    summary="Remove a member of the tenant",
)
def remove(request: Call, member_id: UUID, asked: Query[Succession]) -> HttpResponse:
    """For good: personal tokens of this membership are dead, even if the person is invited again. The same again
    changes nothing.

    With `heir_id`, in one step, that member answers for the tenant tokens and manages the service users that nobody
    else does; this takes `tokens:write` and `service-users:write` as well. Without it they wait for somebody under
    "Needs an owner". Single ones are given to others before, by their own operations.
    """
    by = actor_of(request)
    by.must(MEMBERS_WRITE)
    assert by.tenant
    ever = Membership.objects.in_tenant(by.tenant).with_everything()
    member = get_object_or_404(ever, pk=member_id)
    heir = leaving.heir(asked.heir_id, of=member, by=by) if asked.heir_id else None
    leaving.remove(member, by=by, heir=heir)
    return nothing()


def _known(member_id: UUID, by: Actor) -> Membership:
    return get_object_or_404(memberships.known_to(by), pk=member_id)
