"""`GET /api/v1/me`: what a token is and may do, as the check sees it now. One query, with any good token."""

from http import HTTPStatus
from uuid import UUID

from ninja import Router
from pydantic import BaseModel

from api import errors
from api.managers import AtWork
from api.rest.door import Answered, BearerToken, Call
from api.rest.values import Moment, Named
from tokens.kinds import Kind
from tokens.verification import Verified

router = Router(tags=["me"])


class House(BaseModel):
    id: UUID
    slug: str
    name: str


class Me(BaseModel):
    """`scope` is what is effective now (RFC 6749 section 3.3), not what was once granted."""

    id: UUID
    name: str
    kind: Kind
    scope: str
    subject: Named
    tenant: House
    issued_at: Moment
    expires_at: Moment | None

    @classmethod
    def of(cls, bearer: Verified) -> "Me":
        return cls(
            id=bearer.token_id,
            name=bearer.name,
            kind=bearer.kind,
            scope=str(bearer.grants),
            subject=Named.of(bearer.subject),
            tenant=House(id=bearer.tenant_id, slug=bearer.tenant_slug, name=bearer.tenant_name),
            issued_at=bearer.issued_at,
            expires_at=bearer.expires_at,
        )


@router.get("/me", url_name="api-me", operation_id="me", auth=BearerToken(), response=Me, summary="The token itself")
def me(request: Call) -> Me:
    """Who it acts as, in which tenant, with which scope, and until when."""
    if isinstance(request.auth, AtWork):
        manager = request.auth.manager
        words = sorted(manager.rights)
        detail = f"This is no token, but the management credential “{manager.name}”. Its rights: {', '.join(words)}."
        raise Answered(errors.problem(HTTPStatus.FORBIDDEN, "no_token", detail, rights=words))
    return Me.of(request.auth)
