"""What a check answers: who may act now, or why not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from accounts.grants import Grants
from audit.record import Ref
from tokens.kinds import Form, Kind
from tokens.status import Status


class Reason(StrEnum):
    """Why a credential was refused. For the ledger, the log and the token's holder; never for a stranger."""

    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - a reason, not a password
    REVOKED = Status.REVOKED.value
    WITHDRAWN = Status.WITHDRAWN.value
    EXPIRED = Status.EXPIRED.value
    LAPSED = Status.LAPSED.value
    PENDING = Status.PENDING.value
    OWNER_GONE = Status.OWNER_GONE.value
    OWNER_INACTIVE = Status.OWNER_INACTIVE.value
    TENANT_SUSPENDED = Status.TENANT_SUSPENDED.value
    REFUSED_BY_POLICY = Status.REFUSED_BY_POLICY.value
    NETWORK_NOT_ALLOWED = "network_not_allowed"


_CLAIMS = {"user": "userId", "service_user": "serviceUserId"}


@dataclass(frozen=True, slots=True)
class Verified:
    """A credential that may act now. `expires_at` is in UTC, None for a token without an end.

    For a JWT `jti` is its id, and grants, issue and end are its own; everything else is its token's.
    """

    token_id: UUID
    tenant_id: UUID
    kind: Kind
    subject: Ref
    grants: Grants
    expires_at: datetime | None
    issued_at: datetime
    name: str
    tenant_slug: str
    tenant_name: str
    jti: UUID | None = None
    form: Form = Form.NATIVE

    def __hash__(self) -> int:
        """Of the token alone: equal ones have the same, and all thirteen fields take longer than what is remembered."""
        return hash(self.token_id)

    @property
    def is_exchanged(self) -> bool:
        """A JWT that the token was exchanged for: other JWTs are their tokens' only secret."""
        return self.jti is not None and self.form is not Form.JWT

    @property
    def subject_claim(self) -> dict[str, str]:
        """Who acts, as JWTs and introspection say it; a tenant is named by `tenantId` alone."""
        name = _CLAIMS.get(self.subject.kind)
        return {name: self.subject.id} if name else {}


@dataclass(frozen=True, slots=True)
class Refused:
    """`proven`: the secret was right, so its holder may be told `reason` and since when (`at`).

    `is_off`: policy allows no token of its kind, whatever it is like.
    """

    reason: Reason
    proven: bool = False
    at: datetime | None = None
    is_off: bool = False
