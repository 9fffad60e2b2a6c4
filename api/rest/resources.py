"""Resources: what the product registers so that grants can be limited to it."""

from http import HTTPStatus
from typing import Annotated

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import AfterValidator, BaseModel

from accounts import models, resource_list, resources
from accounts.access import RESOURCES_READ, RESOURCES_WRITE, Actor
from accounts.models.resources import NAME_CHARACTERS, TARGET_ID_CHARACTERS, TYPE_CHARACTERS
from accounts.resource_list import Asked, State
from accounts.resources import Fate, Said
from api.rest.door import BearerToken, Call, actor_of
from api.rest.paging import Page, Paged, words
from api.rest.values import Given, Moment, nothing, one_of, text
from audit.asked import SEARCH_CHARACTERS
from tokens import secret

router = Router(tags=["resources"])

reading, writing = BearerToken(RESOURCES_READ), BearerToken(RESOURCES_WRITE)

ONE = "/resources/{type}/{external_id}"


def _without_a_secret(name: str) -> str:
    """Names are shown and logged."""
    if secret.is_in(name):
        raise ValueError("This contains a token, and others can read this text.")
    return name


Type = Annotated[str, text(description="A target type of the catalogue.", examples=["project"])]
Identity = Annotated[
    str,
    text(
        description=f"The product's own id, as grants hold it: {TARGET_ID_CHARACTERS} of A-Z a-z 0-9 . _ ~ - at most."
    ),
]
Name = Annotated[
    str,
    text(description=f"As people call it; at most {NAME_CHARACTERS} characters. Left out, it is called by its id."),
    AfterValidator(_without_a_secret),
]


class ResourceFilters(Paged):
    """The list page's, under the same names."""

    q: Annotated[
        str,
        words(SEARCH_CHARACTERS, "Text in name or id; one or two characters are how one begins."),
    ] = ""
    type: Annotated[str, words(TYPE_CHARACTERS, "A target type.")] = ""
    state: Annotated[State, one_of(State, "Live ones, unless said otherwise.")] = State.LIVE

    @property
    def asked(self) -> Asked:
        return Asked(q=self.q.strip(), type=self.type, state=self.state, cursor=self.cursor)


class ResourceSaid(Given):
    """What may be said of one whose type and id are in the address."""

    name: Name = ""


class ListedResource(ResourceSaid):
    type: Type
    external_id: Identity


class ManyResources(Given):
    """Up to 500 of them, each once."""

    resources: list[ListedResource]


class Written(BaseModel):
    """How many were new, changed, or as they are already."""

    new: int
    changed: int
    same: int


class RegisteredResource(BaseModel):
    """A target of grants: `type` and `external_id` are what a scope ends with, `@type=external_id`."""

    type: str
    external_id: str
    name: str
    created_at: Moment
    updated_at: Moment
    archived_at: Moment | None

    @classmethod
    def of(cls, one: models.Resource) -> "RegisteredResource":
        return cls(
            type=one.type,
            external_id=one.external_id,
            name=one.name,
            created_at=one.created_at,
            updated_at=one.updated_at,
            archived_at=one.archived_at,
        )


@router.get(
    "/resources",
    operation_id="listResources",
    auth=reading,
    response=Page[RegisteredResource],
    summary="List resources",
)
def index(request: Call, asked: Query[ResourceFilters]) -> Page[RegisteredResource]:
    """By name. What is archived is left out unless it is asked for."""
    shown = resource_list.read(asked.asked, by=actor_of(request), size=asked.limit, strict=True)
    return Page(items=[RegisteredResource.of(one) for one in shown], next=shown.next)


@router.post(
    "/resources/bulk",
    operation_id="putResources",
    auth=writing,
    response=Written,
    summary="Register or rename many resources",
)
def put_many(request: Call, body: ManyResources) -> Written:
    """All of them or none. A wrong row is named in `errors`, like `resources.7.external_id`."""
    said = [Said(one.type, one.external_id, one.name) for one in body.resources]
    fates = resources.put_many(said, by=actor_of(request))
    return Written(new=fates.count(Fate.NEW), changed=fates.count(Fate.CHANGED), same=fates.count(Fate.SAME))


@router.get(ONE, operation_id="readResource", auth=reading, response=RegisteredResource, summary="Read a resource")
def detail(request: Call, type: str, external_id: str) -> RegisteredResource:
    """Archived or not."""
    return RegisteredResource.of(_known(type, external_id, actor_of(request)))


@router.put(
    ONE,
    operation_id="putResource",
    auth=writing,
    response={201: RegisteredResource, 200: RegisteredResource},
    summary="Register or rename a resource",
)
def put(request: Call, type: Type, external_id: Identity, body: ResourceSaid) -> Status[RegisteredResource]:
    """The same again changes nothing. An archived one comes back; without a name it keeps the one that it has."""
    found, is_new = resources.put(Said(type, external_id, body.name), by=actor_of(request))
    return Status(HTTPStatus.CREATED if is_new else HTTPStatus.OK, RegisteredResource.of(found))


@router.delete(ONE, operation_id="archiveResource", auth=writing, response={204: None}, summary="Archive a resource")
def archive(request: Call, type: str, external_id: str) -> HttpResponse:
    """It is offered no more. Tokens that name it go on doing what they may: revoke or narrow those."""
    by = actor_of(request)
    by.must(RESOURCES_WRITE)
    resources.archive(_known(type, external_id, by), by=by)
    return nothing()


def _known(type_: str, external_id: str, by: Actor) -> models.Resource:
    return get_object_or_404(resources.known_to(by).named_by([(type_, external_id)]))
