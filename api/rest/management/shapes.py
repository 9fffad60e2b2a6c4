"""What the vendor's backend sends and gets: its own ids beside ours."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from accounts.models import Membership, User
from accounts.models import Tenant as Row
from api.rest.paging import Parameters
from api.rest.values import Given, Moment
from tokens import secret

LINE = r"^[^\x00-\x1f\x7f\u2028\u2029]*$"
NAME_CHARACTERS, EMAIL_CHARACTERS, SLUG_CHARACTERS, ROLE_CHARACTERS, ADDRESS_CHARACTERS = 100, 254, 40, 64, 500
REF_CHARACTERS = 128


def _without_a_secret(words: str) -> str:
    """Names are shown, mailed and logged."""
    if secret.is_in(words):
        raise ValueError("This contains a token, and others can read this text.")
    return words


def line(characters: int, description: str) -> object:
    """One line of text that is not empty."""
    return Field(min_length=1, max_length=characters, pattern=LINE, description=description)


Name = Annotated[str, line(NAME_CHARACTERS, "As people write it."), AfterValidator(_without_a_secret)]
Email = Annotated[str, line(EMAIL_CHARACTERS, "Nobody else's here."), AfterValidator(_without_a_secret)]
Reference = Annotated[str, Field(max_length=REF_CHARACTERS, description="The vendor's own id, or ours.")]
Slug = Annotated[
    str, Field(max_length=SLUG_CHARACTERS, pattern=LINE, description="Made of the name if left out; never changes.")
]
Key = Annotated[str, line(ROLE_CHARACTERS, "A role of this tenant: owner, admin, developer, viewer.")]


class TenantSaid(Given):
    name: Name
    slug: Slug = ""


class TenantFarewell(Parameters):
    confirm: Annotated[
        str,
        Field(max_length=SLUG_CHARACTERS, pattern=LINE, description="The tenant's `slug`, so that no other one goes."),
    ]


class UserSaid(Given):
    email: Email
    name: Name


class MemberSaid(Given):
    role: Key


class Inheritance(Parameters):
    """Who takes over what somebody leaves behind."""

    heir_id: Annotated[
        str, Field(max_length=REF_CHARACTERS, pattern=LINE, description="A member: the vendor's own id, or ours.")
    ] = ""


class SessionSaid(Given):
    """`page` is one of the tenant's settings, without a slash at the beginning."""

    tenant: Annotated[str, line(REF_CHARACTERS, "The vendor's own id, or ours.")]
    user: Annotated[str, line(REF_CHARACTERS, "The vendor's own id, or ours.")]
    page: Annotated[str, Field(max_length=ADDRESS_CHARACTERS, pattern=LINE, description="Where to begin.")] = ""
    return_to: Annotated[
        str, Field(max_length=ADDRESS_CHARACTERS, pattern=LINE, description="The way back, on a listed origin.")
    ] = ""


class ManagedTenant(BaseModel):
    """`external_id` is the vendor's own."""

    id: UUID
    external_id: str | None
    slug: str
    name: str
    suspended: bool
    created_at: Moment

    @classmethod
    def of(cls, one: Row) -> "ManagedTenant":
        return cls(
            id=one.pk,
            external_id=one.external_id,
            slug=one.slug,
            name=one.name,
            suspended=one.suspended_at is not None,
            created_at=one.created_at,
        )


class ManagedUser(BaseModel):
    """`external_id` is the vendor's own; null for somebody who was here without the vendor."""

    id: UUID
    external_id: str | None
    email: str
    name: str
    active: bool
    created_at: Moment

    @classmethod
    def of(cls, one: User) -> "ManagedUser":
        return cls(
            id=one.pk,
            external_id=one.external_id,
            email=one.email,
            name=one.name,
            active=one.is_active,
            created_at=one.created_at,
        )


class ManagedMember(BaseModel):
    """`id` is the membership's: whoever leaves and comes back gets another one."""

    id: UUID
    user: ManagedUser
    role: str
    suspended: bool
    joined_at: Moment

    @classmethod
    def of(cls, one: Membership) -> "ManagedMember":
        return cls(
            id=one.pk,
            user=ManagedUser.of(one.user),
            role=one.role.key,
            suspended=one.suspended_at is not None,
            joined_at=one.created_at,
        )


class PortalSession(BaseModel):
    """`url` opens the portal once, for that person, until `expires_at`. Send the browser there, and keep it nowhere."""

    url: str
    expires_at: Moment
