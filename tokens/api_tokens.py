"""The exchange in the words that Frontegg's clients read: RS256, with roles and permissions by their keys.

Source: api.md, section 1, "JWTs". A role's key is no right here: what the JWT may do are its permissions.
"""

import json
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from accounts import permissions
from accounts.grants import Grants
from accounts.models import Membership, Role, ServiceUser, User
from audit import clock
from audit.ids import uuid7
from tokens import exchange
from tokens.exchange import Exchanged
from tokens.jwt_shapes import TENANT_API_TOKEN, USER_API_TOKEN
from tokens.kinds import Kind
from tokens.models import Token, TokenRole
from tokens.one_row import Select, one_row
from tokens.signatures import Algorithm
from tokens.signing import about, signed
from tokens.verification import Reason, Refused, Verified

ROWS_REMEMBERED = 1024  # per process, each as large as its metadata
_ABOUT = Select(
    f"""CAST(t.metadata AS text), t.created_by_id, u.email, coalesce(r.key, (
        SELECT {{joined}}(o.key, ' ') FROM {TokenRole._meta.db_table} a
        JOIN {Role._meta.db_table} o ON o.id = a.role_id WHERE a.token_id = t.id
    ), '')""",  # noqa: S608 - names of our own tables, no input
    f"""{Token._meta.db_table} t
    LEFT JOIN {Membership._meta.db_table} m ON m.id = t.membership_id
    LEFT JOIN {User._meta.db_table} u ON u.id = m.user_id
    LEFT JOIN {ServiceUser._meta.db_table} s ON s.id = t.service_user_id
    LEFT JOIN {Role._meta.db_table} r ON r.id = coalesce(m.role_id, s.role_id)
    WHERE t.id = ?1""",
)


class About(NamedTuple):
    """What a JWT says of a token besides what the check says. `roles` are keys in order."""

    metadata: dict[str, Any]
    created_by: str | None
    email: str | None
    roles: list[str]


def trade(bearer: Verified) -> Exchanged | Refused:
    """A JWT for what `bearer` may do now. Refused in the token's last second. Raises ValidationError, code TOO_LONG."""
    exchange.must_travel(bearer.grants)
    now = clock.now()
    life = exchange.life_of(bearer, now)
    if isinstance(life, Refused):
        return life
    known = _about(bearer)
    if known is None:
        return Refused(Reason.UNKNOWN)  # gone since it was checked
    shape = USER_API_TOKEN if bearer.kind is Kind.PERSONAL else TENANT_API_TOKEN
    jwt = signed(_claims(bearer, known) | life, shape, algorithm=Algorithm.RS256, now=now)
    return exchange.exchanged(jwt, str(bearer.grants), life)


def roles_of(bearer: Verified) -> list[str]:
    """The keys of the role that its subject has now, or of the roles that it was made of."""
    known = _about(bearer)
    return known.roles if known else []


@lru_cache(maxsize=ROWS_REMEMBERED)
def permissions_of(grants: Grants) -> list[str]:
    """As Frontegg's clients compare them: one by one."""
    return [str(grant) for grant in permissions.spelled_out(grants)]


def _about(bearer: Verified) -> About | None:
    row = one_row(_ABOUT, (bearer.token_id,))
    return None if row is None else _understood(row)


def _claims(bearer: Verified, known: About) -> dict[str, Any]:
    whose: dict[str, Any] = {"createdByUserId": known.created_by}
    if bearer.kind is Kind.PERSONAL:
        user_id = bearer.subject.id
        whose = {"userId": user_id, "email": known.email, "userMetadata": {}, "createdByUserId": user_id}
    return {
        **about(bearer.token_id, uuid7()),
        **whose,
        "tenantId": str(bearer.tenant_id),
        "roles": known.roles,
        "permissions": permissions_of(bearer.grants),
        "metadata": known.metadata,
    }


@lru_cache(maxsize=ROWS_REMEMBERED)
def _understood(text: str) -> About:
    """Memoised by all that was read, as in `check_query`. SQLite's UUIDs are 32 hexadecimal digits."""
    metadata, created_by, email, roles = json.loads(text)
    return About(json.loads(metadata), created_by and str(UUID(created_by)), email, sorted(roles.split()))
