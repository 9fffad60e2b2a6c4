"""A service user on the wire, and what is sent to make or change one."""

from typing import Annotated, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from pydantic import BaseModel, ConfigDict, Field, model_validator

from accounts import addresses, models, people, service_users
from accounts.access import Actor
from accounts.models.service_users import NAME_CHARACTERS, PURPOSE_CHARACTERS
from accounts.service_users import Rights, Words
from api.rest.paging import Paged, words
from api.rest.values import Given, Moment, Named, one_of, text
from audit.asked import SEARCH_CHARACTERS
from tokens.service_user_listing import Asked, Row, Segment
from tokens.service_users import State

MOST_MANAGERS = 50

Name = Annotated[str, text(minLength=1, description=f"At most {NAME_CHARACTERS} characters.")]
Purpose = Annotated[str, text(description=f"At most {PURPOSE_CHARACTERS} characters.")]
Address = Annotated[str, text(description=f"An email address; at most {addresses.CHARACTERS} characters.")]
Own = Annotated[str, text(description="Scopes beside its role's, separated by spaces.", examples=["assets:read"])]
People = Annotated[list[UUID], Field(max_length=MOST_MANAGERS, description="Ids of members.")]


class Filters(Paged):
    """The list page's, under the same names."""

    q: Annotated[str, words(SEARCH_CHARACTERS, "Text in name, purpose or contact address.")] = ""
    status: Annotated[Segment, one_of(Segment, "One of the list's tabs.")] = Segment.ALL

    @property
    def asked(self) -> Asked:
        return Asked(q=self.q.strip(), segment=self.status, cursor=self.cursor)


class NewServiceUser(Given):
    """`role_id` and `scope` together are all that its tokens can ever do; with neither that is nothing."""

    name: Name
    purpose: Purpose = ""
    contact_email: Address = ""
    role_id: UUID | None = None
    scope: Own = ""
    manager_ids: People = []

    @property
    def words(self) -> Words:
        return Words(self.name, self.purpose, self.contact_email)

    def rights(self, by: Actor) -> Rights:
        """Raises ValidationError for what cannot be read."""
        return Rights(role(self.role_id, by), service_users.read_grants(self.scope))

    def managers(self, by: Actor) -> list[models.Membership]:
        return members(self.manager_ids, by)


class ChangedServiceUser(Given):
    """What may change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name: Name = ""
    purpose: Purpose = ""
    contact_email: Address = ""
    role_id: UUID | None = None
    scope: Own = ""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("Say what should change: name, purpose, contact_email, role_id or scope.")
        return self

    def words(self, before: models.ServiceUser) -> Words:
        given = self.model_dump(include={"name", "purpose", "contact_email"}, exclude_unset=True)
        kept = {"name": before.name, "purpose": before.purpose, "contact_email": before.contact_email}
        return Words(**{**kept, **given})

    def rights(self, before: models.ServiceUser, by: Actor) -> Rights:
        given = self.model_fields_set
        return Rights(
            role(self.role_id, by, before) if "role_id" in given else before.role,
            service_users.read_grants(self.scope) if "scope" in given else before.grants,
        )


class Farewell(Given):
    """`confirm` is the service user's name: needed while it has tokens that still run, which end with it."""

    confirm: Annotated[str, text(description="The service user's name.")] = ""


class RoleName(BaseModel):
    id: UUID
    key: str
    name: str


class Manager(BaseModel):
    """`id` is the membership's, as in the list of members."""

    id: UUID
    user_id: UUID
    name: str


class ServiceUser(BaseModel):
    """`scope` is what it may do beside its role. `managers` are those who belong to the tenant and may sign in."""

    id: UUID
    name: str
    purpose: str
    contact_email: str
    role: RoleName | None
    scope: str
    status: State
    managers: list[Manager]
    live_tokens: int
    last_used_at: Moment | None
    disabled_at: Moment | None
    created_at: Moment
    created_by: Named | None

    @classmethod
    def of(cls, row: Row) -> "ServiceUser":
        one = row.service_user
        return cls(
            id=one.pk,
            name=one.name,
            purpose=one.purpose,
            contact_email=one.contact_email,
            role=RoleName(id=one.role.pk, key=one.role.key, name=one.role.name) if one.role else None,
            scope=one.grants_text,
            status=row.state,
            managers=[_manager(each) for each in row.managers],
            live_tokens=row.live_tokens,
            last_used_at=row.last_used_at,
            disabled_at=one.disabled_at,
            created_at=one.created_at,
            created_by=Named.of(one.created_by.ref) if one.created_by else None,
        )


def role(role_id: UUID | None, by: Actor, before: models.ServiceUser | None = None) -> models.Role | None:
    """Another tenant's is as unknown as one that never was. Raises ValidationError."""
    if role_id is None:
        return None
    found = next((one for one in service_users.roles_to_give(by, before) if one.pk == role_id), None)
    if found is None:
        raise ValidationError({"role": "There is no such role within what you may do yourself."})
    return found


def members(ids: list[UUID], by: Actor) -> list[models.Membership]:
    """Raises ValidationError; whoever does not belong to the tenant now is as unknown as nobody."""
    found = {one.pk: one for one in people.with_ids(ids, by=by)}
    if unknown := [str(each) for each in ids if each not in found]:
        raise ValidationError({"managers": f"There is no such member: {unknown[0]}."})
    return [found[each] for each in ids]


def _manager(one: models.ServiceUserManager) -> Manager:
    return Manager(id=one.membership_id, user_id=one.membership.user_id, name=one.membership.user.name)
