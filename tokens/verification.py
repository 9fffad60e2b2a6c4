"""The one verification function. Every door asks it; none has a rule of its own.

The order is security.md's: shape and checksum, one query, the tag, and only then the state, so that nothing about a
token can be learnt without its secret. The row is read on every check: a revoke that was answered is refused by every
check that starts after it, in every process.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from accounts.grants import Grants, effective
from accounts.models import Membership, Role, Tenant, User
from audit import clock
from audit.record import Ref
from tokens import at_rest, secret, usage
from tokens.at_rest import Owner, Sealed
from tokens.kinds import Kind
from tokens.models import Token
from tokens.networks import admits
from tokens.policy import Rules, rules_from
from tokens.secret import Parsed
from tokens.status import Facts, Status, status_of


class Reason(StrEnum):
    """Why a credential was refused. For the ledger, the log and the token's holder; never for a stranger."""

    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - a reason, not a password
    REVOKED = Status.REVOKED.value
    EXPIRED = Status.EXPIRED.value
    OWNER_GONE = Status.OWNER_GONE.value
    OWNER_INACTIVE = Status.OWNER_INACTIVE.value
    TENANT_SUSPENDED = Status.TENANT_SUSPENDED.value
    REFUSED_BY_POLICY = Status.REFUSED_BY_POLICY.value
    NETWORK_NOT_ALLOWED = "network_not_allowed"


@dataclass(frozen=True, slots=True)
class Verified:
    """A credential that may act now. `expires_at` is in UTC, None for a token without an end."""

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


@dataclass(frozen=True, slots=True)
class Refused:
    """`proven`: the secret was right, so its holder may be told `reason` and since when (`at`)."""

    reason: Reason
    proven: bool = False
    at: datetime | None = None


def verify(credential: str, *, address: str, client: str = "") -> Verified | Refused:
    """Check a token string for a client at `address`. Raises only what the database raises."""
    parsed = secret.parse(credential)
    if parsed is None or parsed.brand != settings.TOKEN_BRAND:
        return Refused(Reason.MALFORMED)
    row = _read(parsed.id)
    if row is None:
        at_rest.waste_the_same_time(parsed.secret, Owner(parsed.id, parsed.id, parsed.kind))
        return Refused(Reason.UNKNOWN)
    if not _proves(parsed, row):
        return Refused(Reason.WRONG_SECRET)
    verdict = _decide(row, address)
    if isinstance(verdict, Verified):
        usage.note(row.token_id, address=address, client=client)
    return verdict


class Row(NamedTuple):
    """One row of the check's only query, in the order of its columns."""

    token_id: UUID
    tenant_id: UUID
    kind: Kind
    name: str
    grants_text: str
    networks_text: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    secret_hash: str
    secret_tag: str
    tag_key_id: str
    tenant_slug: str
    tenant_name: str
    tenant_suspended_at: datetime | None
    token_rules: str
    membership_ended_at: datetime | None
    membership_suspended_at: datetime | None
    user_id: UUID | None
    user_name: str | None
    user_is_active: bool | None
    role_grants: str | None

    @property
    def owner(self) -> Owner:
        return Owner(self.token_id, self.tenant_id, self.kind)

    @property
    def sealed(self) -> Sealed:
        return Sealed(self.secret_hash, self.secret_tag, self.tag_key_id)

    @property
    def rules(self) -> Rules:
        return rules_from(self.token_rules)

    @property
    def subject(self) -> Ref:
        if self.user_id is not None:
            return Ref("user", str(self.user_id), self.user_name or "")
        return Ref("tenant", str(self.tenant_id), self.tenant_name)

    @property
    def grants(self) -> Grants:
        """The token's grants, its user's now, less what policy forbids: one function for every channel."""
        texts = (self.grants_text,) if self.role_grants is None else (self.grants_text, self.role_grants)
        return effective(*texts, forbidden=self.rules.forbidden)

    @property
    def facts(self) -> Facts:
        return Facts(
            kind=self.kind,
            created_at=self.created_at,
            expires_at=self.expires_at,
            revoked_at=self.revoked_at,
            membership_ended_at=self.membership_ended_at,
            membership_suspended_at=self.membership_suspended_at,
            user_is_active=self.user_is_active is not False,
            tenant_suspended_at=self.tenant_suspended_at,
            rules=self.rules,
        )


# The ORM would spend 200 to 325 microseconds on building the same statement each time; the statement itself takes 15.
_SELECT = f"""
    SELECT t.id, t.tenant_id, t.kind, t.name, t.grants_text, t.networks_text, t.created_at, t.expires_at, t.revoked_at,
           t.secret_hash, t.secret_tag, t.tag_key_id, n.slug, n.name, n.suspended_at, n.token_rules,
           m.ended_at, m.suspended_at, u.id, u.name, u.is_active, r.grants_text
      FROM {Token._meta.db_table} t
      JOIN {Tenant._meta.db_table} n ON n.id = t.tenant_id
      LEFT JOIN {Membership._meta.db_table} m ON m.id = t.membership_id
      LEFT JOIN {User._meta.db_table} u ON u.id = m.user_id
      LEFT JOIN {Role._meta.db_table} r ON r.id = m.role_id
     WHERE t.id = %s
"""  # noqa: S608 - names of our own tables, no input

_UUID_COLUMNS = [index for index, name in enumerate(Row._fields) if name.endswith("_id") and name != "tag_key_id"]
_TIME_COLUMNS = [index for index, name in enumerate(Row._fields) if name.endswith("_at")]
_KIND_COLUMN = Row._fields.index("kind")


def _read(token_id: UUID) -> Row | None:
    native = connection.features.has_native_uuid_field
    cursor: CursorWrapper
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, [token_id if native else token_id.hex])
        values = cursor.fetchone()
    return None if values is None else _row(list(values), native)


def _row(values: list[Any], native: bool) -> Row:
    """SQLite has neither UUIDs nor time zones: its driver gives hexadecimal text and naive moments in UTC."""
    values[_KIND_COLUMN] = Kind(values[_KIND_COLUMN])
    if not native:
        for index in _UUID_COLUMNS:
            values[index] = values[index] and UUID(values[index])
        for index in _TIME_COLUMNS:
            values[index] = values[index] and values[index].replace(tzinfo=UTC)
    return Row(*values)


def _proves(parsed: Parsed, row: Row) -> bool:
    if not at_rest.is_right(parsed.secret, row.owner, row.sealed) or parsed.kind is not row.kind:
        return False
    if at_rest.needs_new_tag(row.sealed):
        _write_tag_anew(parsed, row)
    return True


def _write_tag_anew(parsed: Parsed, row: Row) -> None:
    """Once per token after its key was replaced or lost; another check may have done it already."""
    ring = at_rest.keyring()
    fresh = at_rest.tag(parsed.secret, row.owner, ring.keys[ring.current])
    Token.objects.filter(pk=row.token_id, secret_tag=row.secret_tag).update(secret_tag=fresh, tag_key_id=ring.current)


def _decide(row: Row, address: str) -> Verified | Refused:
    status = status_of(row.facts, clock.now())
    if status is not Status.ACTIVE:
        at = {Status.REVOKED: row.revoked_at, Status.EXPIRED: row.expires_at}.get(status)
        return Refused(Reason(status.value), proven=True, at=at)
    if not admits(row.networks_text, address):
        return Refused(Reason.NETWORK_NOT_ALLOWED, proven=True)
    return Verified(
        token_id=row.token_id,
        tenant_id=row.tenant_id,
        kind=row.kind,
        subject=row.subject,
        grants=row.grants,
        expires_at=row.facts.end,
        issued_at=row.created_at,
        name=row.name,
        tenant_slug=row.tenant_slug,
        tenant_name=row.tenant_name,
    )
