"""The exchange in the words that Frontegg's clients read: RS256, with roles and permissions by their keys.

Source: api.md, section 1, "JWTs". A role's key is no right here: what the JWT may do are its permissions.
"""

from typing import Any

from django.db.models.functions import Coalesce

from accounts import permissions
from audit import clock
from audit.ids import uuid7
from tokens import exchange
from tokens.exchange import Exchanged
from tokens.jwt_shapes import TENANT_API_TOKEN, USER_API_TOKEN
from tokens.kinds import Kind
from tokens.models import Token
from tokens.signatures import Algorithm
from tokens.signing import about, signed
from tokens.verification import Refused, Verified

_SUBJECTS_ROLE = ("membership__role__key", "service_user__role__key")
_ROLE_OF = dict(zip((Kind.PERSONAL, Kind.SERVICE), _SUBJECTS_ROLE, strict=True)) | {Kind.TENANT: "roles__role__key"}
_READ = ("metadata", "of_roles", "created_by_id", "membership__user__email", Coalesce(*_SUBJECTS_ROLE))


def trade(bearer: Verified) -> Exchanged | Refused:
    """A JWT for what `bearer` may do now. Refused in the token's last second."""
    now = clock.now()
    life = exchange.life_of(bearer, now)
    if isinstance(life, Refused):
        return life
    shape = USER_API_TOKEN if bearer.kind is Kind.PERSONAL else TENANT_API_TOKEN
    jwt = signed(_claims(bearer) | life, shape, algorithm=Algorithm.RS256, now=now)
    return exchange.exchanged(jwt, str(bearer.grants), life)


def roles_of(bearer: Verified) -> list[str]:
    """The keys of the role that its subject has now, or of the roles that it was made of."""
    token = Token.objects.filter(pk=bearer.token_id).order_by()
    return sorted(key for key in token.values_list(_ROLE_OF[bearer.kind], flat=True) if key)


def _claims(bearer: Verified) -> dict[str, Any]:
    metadata, of_roles, created_by, email, role = Token.objects.values_list(*_READ).get(pk=bearer.token_id)
    whose: dict[str, Any] = {"createdByUserId": str(created_by) if created_by else None}
    if bearer.kind is Kind.PERSONAL:
        user_id = bearer.subject.id
        whose = {"userId": user_id, "email": email, "userMetadata": {}, "createdByUserId": user_id}
    return {
        **about(bearer.token_id, uuid7()),
        **whose,
        "tenantId": str(bearer.tenant_id),
        "roles": [role] if role else roles_of(bearer) if of_roles else [],
        "permissions": [str(grant) for grant in permissions.spelled_out(bearer.grants)],
        "metadata": metadata,
    }
