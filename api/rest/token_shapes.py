"""A token on the wire, and what is sent to make or change one."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from accounts import service_users
from accounts.access import Actor
from accounts.grants import EMPTY, SCOPE_LIMIT, GrantError, Grants
from accounts.models import Membership, ServiceUser
from api.rest.paging import Paged, words
from api.rest.values import Given, GivenMoment, Moment, Named, one_of, text, written
from audit import clock
from audit.asked import SEARCH_CHARACTERS
from tokens import models, networks, offers, remaining
from tokens.asking import Asked, Segment, Sort
from tokens.drafts import Draft
from tokens.expiry import NEVER, Lifetime
from tokens.kinds import Kind
from tokens.metadata import DEEPEST, LIMIT_BYTES
from tokens.models import DESCRIPTION_CHARACTERS, NAME_CHARACTERS, REASON_CHARACTERS
from tokens.networks import NETWORKS_LIMIT
from tokens.status import Status

# Limits stand in words: they count what is left without the spaces around it, which a schema cannot say.
CARRIED = f"Your own, copied into JWTs for Frontegg's clients: {LIMIT_BYTES:,} bytes, {DEEPEST} levels at most."
SCOPES = f"Scopes, separated by spaces; {SCOPE_LIMIT:,} bytes at most."

Name = Annotated[str, text(minLength=1, description=f"At most {NAME_CHARACTERS} characters.")]
Description = Annotated[str, text(description=f"At most {DESCRIPTION_CHARACTERS} characters.")]
Reason = Annotated[str, text(description=f"At most {REASON_CHARACTERS} characters.")]
Scope = Annotated[str, text(minLength=1, description=SCOPES, examples=["assets:read"])]
Network = Annotated[
    str, text(description="An address or a network in CIDR notation, not every address.", examples=["203.0.113.0/24"])
]
Metadata = Annotated[
    dict[Any, Any], WithJsonSchema({"type": "object", "description": CARRIED, "examples": [{"team": "data"}]})
]

MembershipId = Annotated[UUID, text(format="uuid", description="The `id` of a member.")]

SORT = rf"^-?({'|'.join(Sort)})$"
ORDER = f"One of {', '.join(f'`{sort}`' for sort in Sort)}. A minus turns it around."
KEY = r"^[!-~]{1,64}$"
WHOSE = "`me`, `tenant`, or the id of a member or service user."
SUBJECT = "^(me|tenant|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$"


class Filters(Paged):
    """The list page's, under the same names."""

    q: Annotated[str, words(SEARCH_CHARACTERS, "Text in name or subject, or an id's end.")] = ""
    status: Annotated[Segment, one_of(Segment, "A tab of the list; `expiring` goes by `expires_at`.")] = Segment.ALL
    kind: Annotated[Kind | None, one_of(Kind, "What kind of token.")] = None
    subject: Annotated[str, Field(pattern=SUBJECT, description=WHOSE)] = ""
    scope: Annotated[str, words(SEARCH_CHARACTERS, "A resource, like `assets`.")] = ""
    sort: Annotated[str, Field(pattern=SORT, description=ORDER)] = Sort.EXPIRES.value

    @property
    def asked(self) -> Asked:
        return Asked(
            q=self.q.strip(),
            segment=self.status,
            kind=self.kind,
            subject=self.subject,
            scope=self.scope,
            sort=self.sort,
            cursor=self.cursor,
        )


class Once(BaseModel):
    """A request repeated under the same key makes one token, for 24 hours."""

    key: Annotated[str, Field(alias="Idempotency-Key", pattern=KEY, description="Any text of your own.")] = ""


class NewToken(Given):
    """`lifetime` or `expires_at` says when it ends; `expires_at: null` is no end, where policy allows that.

    `service_user_id` says whom a token of kind `service` acts as, `member_id` for whom a personal one is made.
    """

    kind: Kind = Kind.PERSONAL
    service_user_id: UUID | None = None
    name: Name
    scope: Scope
    description: Description = ""
    lifetime: Lifetime | None = None
    expires_at: GivenMoment | None = None
    networks: Annotated[list[Network], Field(max_length=NETWORKS_LIMIT)] = []
    member_id: UUID | None = None
    metadata: Metadata = {}

    def draft(self, by: Actor) -> Draft:
        """What a verb can judge, with what could not even be read in `problems`."""
        problems: dict[str, str] = {}
        return Draft(
            kind=self.kind,
            name=self.name,
            description=self.description,
            grants=self._grants(problems),
            expiry=self._expiry,
            expires_at=self._end(problems),
            networks=self._networks(problems),
            metadata=self.metadata,
            problems=problems,
            service_user=self._service_user(by, problems),
            member=self._member(by, problems),
        )

    def _member(self, by: Actor, problems: dict[str, str]) -> Membership | None:
        """Another tenant's is as unknown as one that never was."""
        if self.member_id is None:
            return None
        found = offers.people(by).by_name().filter(pk=self.member_id).first()
        if found is None:
            problems["member"] = "There is no such member who could claim a token."
        return found

    def _service_user(self, by: Actor, problems: dict[str, str]) -> ServiceUser | None:
        """Another tenant's is as unknown as one that never was, and as one that the caller may not see."""
        if self.service_user_id is None:
            return None
        found = service_users.usable_by(by).with_everything().filter(pk=self.service_user_id).first()
        if found is None:
            problems["subject"] = "There is no such service user."
        return found

    @property
    def _expiry(self) -> str:
        return self.lifetime or (written(self.expires_at) if self.expires_at else NEVER)

    def _end(self, problems: dict[str, str]) -> datetime | None:
        if (self.lifetime is not None) == ("expires_at" in self.model_fields_set):
            problems["expires"] = "Say when the token ends: by lifetime or by expires_at."
        return self.lifetime.end(clock.now()) if self.lifetime else self.expires_at

    def _grants(self, problems: dict[str, str]) -> Grants:
        try:
            return Grants.parse(self.scope)
        except GrantError as error:
            problems["scopes"] = str(error)
            return EMPTY

    def _networks(self, problems: dict[str, str]) -> str:
        try:
            return networks.canonical_list(self.networks)
        except ValueError as error:
            problems["networks"] = str(error)
            return ""


class Change(Given):
    """What may change of a token, and nothing else. `scope` can only lose something.

    `responsible_id` is the membership of whoever answers for a tenant token from now on: a live member who can manage
    the tenant's tokens. Naming oneself takes the token over.
    """

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    name: Name = ""
    description: Description = ""
    scope: Scope = ""
    responsible_id: MembershipId = UUID(int=0)

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("Say what should change: name, description, scope or responsible_id.")
        return self


class Ending(Given):
    """Why a token is revoked, for the ledger and for whoever wonders."""

    reason: Reason = ""


class Token(BaseModel):
    """A token as it is stored: its secret is not. `scope` is what was granted, `expires_at` the end that was asked for.
    `effective_expires_at` is when it stops: then, or sooner where the token policy ends it, also by a change that is
    planned; past where policy refuses it already.

    One that was made for a member has no secret until they claim it in the portal, and ends if they have not done so by
    `claim_until`. `responsible` answers for a tenant token; it `needs_owner` while it runs and nobody does who is still
    here.
    """

    id: UUID
    name: str
    description: str
    kind: Kind
    scope: str
    status: Status
    subject: Named
    responsible: Named | None
    needs_owner: bool
    networks: list[str]
    metadata: Metadata
    issued_at: Moment
    issued_by: Named | None
    issued_via: str
    expires_at: Moment | None
    effective_expires_at: Moment | None
    claim_until: Moment | None
    withdrawn_at: Moment | None
    revoked_at: Moment | None
    revoked_reason: str
    last_used_at: Moment | None
    last_used_address: str
    last_used_client: str

    @classmethod
    def of(cls, token: models.Token) -> "Token":
        return cls(**_facts(token))


class TokenDetail(Token):
    """A token by itself. `effective_scope` is what is left of `scope` now: no more than its subject may do, and the
    roles that it was made of, less what the token policy forbids. Whether the token works at all is its `status`.
    """

    effective_scope: str

    @classmethod
    def of(cls, token: models.Token) -> "TokenDetail":
        return cls(**_details(token))


class IssuedToken(TokenDetail):
    """The one answer that holds the secret: null for a token that somebody else is to claim.

    `delivered`: whether the mail server took the mail to whoever is to claim it; null for any other token. Without,
    they see it in the portal alone, and `renew` tries again.
    """

    secret: str | None
    delivered: bool | None = None

    @classmethod
    def with_secret(cls, token: models.Token, secret: str) -> "IssuedToken":
        return cls(**_details(token), secret=secret)

    @classmethod
    def offered(cls, token: models.Token) -> "IssuedToken":
        return cls(**_details(token), secret=None, delivered=not token.offer.undelivered)


class OfferedToken(TokenDetail):
    """`delivered`: whether the mail server took the mail."""

    delivered: bool

    @classmethod
    def of(cls, token: models.Token) -> "OfferedToken":
        return cls(**_details(token), delivered=not token.offer.undelivered)


def _details(token: models.Token) -> dict[str, Any]:
    return {**_facts(token), "effective_scope": str(remaining.of(token).grants)}


def _facts(token: models.Token) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "description": token.description,
        "kind": token.token_kind,
        "scope": token.grants_text,
        "status": token.status,
        "subject": Named.of(token.subject),
        "responsible": Named.of(token.responsible.ref) if token.responsible else None,
        "needs_owner": token.needs_an_owner,
        "networks": token.networks,
        "metadata": token.metadata,
        "issued_at": token.created_at,
        "issued_by": Named.of(token.created_by.ref) if token.created_by else None,
        "issued_via": token.created_via,
        "expires_at": token.expires_at,
        "effective_expires_at": token.effective_end,
        "claim_until": token.claim_until,
        "withdrawn_at": token.withdrawn_at,
        "revoked_at": token.revoked_at,
        "revoked_reason": token.revoked_reason,
        "last_used_at": token.last_used_at,
        "last_used_address": token.last_used_address,
        "last_used_client": token.last_used_client,
    }
