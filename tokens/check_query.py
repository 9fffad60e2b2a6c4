"""The check's only query, and what its row says.

The row is read on every check, as one text. What follows from it is memoised by that text, so there is nothing to
invalidate: the ORM would spend 200 to 325 microseconds on building the statement each time, and understanding the row
takes longer than reading it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cached_property, lru_cache
from threading import local
from typing import Any, NamedTuple
from uuid import UUID

from accounts.grants import Grants, effective
from accounts.models import Membership, Role, ServiceUser, Tenant, User
from audit import clock
from audit.record import Ref
from tokens.at_rest import Owner, Sealed
from tokens.kinds import Form, Kind
from tokens.models import RevokedJwt, SigningKey, Token, TokenRole
from tokens.one_row import Select, Two, moment, one_row, parted
from tokens.rules import EVER, Rules, Timeline, timeline_of
from tokens.status import Facts
from tokens.verdicts import Verified


@dataclass(frozen=True)
class Row:
    """What the check reads of a token, in the order of its columns. What follows from it alone is worked out once."""

    token_id: UUID
    tenant_id: UUID
    kind: Kind
    form: Form
    name: str
    grants_text: str
    networks_text: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    withdrawn_at: datetime | None
    claim_until: datetime | None
    secret_hash: str
    secret_tag: str
    tag_key_id: str
    tenant_slug: str
    tenant_name: str
    tenant_suspended_at: datetime | None
    token_rules: str
    token_limits: str
    membership_ended_at: datetime | None
    membership_suspended_at: datetime | None
    user_id: UUID | None
    user_name: str | None
    user_is_active: bool | None
    service_user_id: UUID | None
    service_user_name: str | None
    service_user_deleted_at: datetime | None
    service_user_disabled_at: datetime | None
    service_user_grants: str | None
    role_grants: str | None
    own_role_grants: str | None
    since: datetime = EVER

    def at(self, now: datetime) -> "Row":
        """The same row without the rules that are over by now; each of the few that there can be is made once."""
        until = self.timeline.spans[0].until
        if until is None or now < until:
            return self
        return self._later.at(now)

    @cached_property
    def _later(self) -> "Row":
        return replace(self, since=self.timeline.spans[1].start)

    @cached_property
    def owner(self) -> Owner:
        return Owner(self.token_id, self.tenant_id, self.kind)

    @cached_property
    def sealed(self) -> Sealed:
        return Sealed(self.secret_hash, self.secret_tag, self.tag_key_id)

    @cached_property
    def timeline(self) -> Timeline:
        return timeline_of(self.token_rules, self.token_limits).since(self.since)

    @property
    def rules(self) -> Rules:
        """Those that hold: `at` has seen to that."""
        return self.timeline.spans[0].rules

    @cached_property
    def subject(self) -> Ref:
        if self.user_id is not None:
            return Ref("user", str(self.user_id), self.user_name or "")
        if self.service_user_id is not None:
            return Ref("service_user", str(self.service_user_id), self.service_user_name or "")
        return Ref("tenant", str(self.tenant_id), self.tenant_name)

    @cached_property
    def grants(self) -> Grants:
        return self.grants_within()

    def grants_within(self, *scopes: str) -> Grants:
        """The token's grants, its subject's and its roles' now, and `scopes`, less what policy forbids.

        The same on every channel.
        """
        now = [text for text in (self._subject_grants, self.own_role_grants) if text is not None]
        return effective(*scopes, self.grants_text, *now, forbidden=self.rules.forbidden)

    @property
    def _subject_grants(self) -> str | None:
        """A service user's are its role's, if it has one, and its own beside them: one text, hence united."""
        if self.service_user_id is None:
            return self.role_grants
        return f"{self.role_grants or ''} {self.service_user_grants or ''}"

    @cached_property
    def bearer(self) -> Verified:
        """Who may act, while nothing speaks against it."""
        return Verified(
            token_id=self.token_id,
            tenant_id=self.tenant_id,
            kind=self.kind,
            subject=self.subject,
            grants=self.grants,
            expires_at=self.facts.end,
            issued_at=self.created_at,
            name=self.name,
            tenant_slug=self.tenant_slug,
            tenant_name=self.tenant_name,
            form=self.form,
        )

    @cached_property
    def facts(self) -> Facts:
        return Facts(
            kind=self.kind,
            created_at=self.created_at,
            expires_at=self.expires_at,
            revoked_at=self.revoked_at,
            withdrawn_at=self.withdrawn_at,
            claim_until=self.claim_until,
            membership_ended_at=self.membership_ended_at,
            membership_suspended_at=self.membership_suspended_at,
            user_is_active=self.user_is_active is not False,
            service_user_deleted_at=self.service_user_deleted_at,
            service_user_disabled_at=self.service_user_disabled_at,
            tenant_suspended_at=self.tenant_suspended_at,
            has_networks=bool(self.networks_text),
            timeline=self.timeline,
        )


class Key(NamedTuple):
    """What the check of a JWT reads beside its token's row, in the order of the columns."""

    algorithm: str | None
    public_pem: str | None
    retires_at: datetime | None
    revoked_jti: UUID | None


ROWS_REMEMBERED = 1024  # per process, about 4 kB each

_OF_ROW = tuple(field.name for field in fields(Row) if field.name != "since")
_NAMES = (*_OF_ROW, *Key._fields)
_NO_KEY = (None,) * len(Key._fields)
_UUIDS = frozenset({"token_id", "tenant_id", "user_id", "service_user_id", "revoked_jti"})

# The roles that a token was made of are looked for only where it has some: none left is the empty text, which allows
# nothing.
_COLUMNS = f"""
    t.id, t.tenant_id, t.kind, t.form, t.name, t.grants_text, t.networks_text, t.created_at, t.expires_at, t.revoked_at,
    t.withdrawn_at, t.claim_until, t.secret_hash, t.secret_tag, t.tag_key_id, n.slug, n.name, n.suspended_at,
    n.token_rules, n.token_limits, m.ended_at, m.suspended_at, u.id, u.name, u.is_active,
    s.id, s.name, s.deleted_at, s.disabled_at, s.grants_text, r.grants_text,
    CASE WHEN t.of_roles THEN coalesce((
        SELECT {{joined}}(o.grants_text, ' ') FROM {TokenRole._meta.db_table} a
        JOIN {Role._meta.db_table} o ON o.id = a.role_id WHERE a.token_id = t.id
    ), '') END"""  # noqa: S608 - names of our own tables, no input
_COLUMNS_OF_A_KEY = "k.algorithm, k.public_pem, k.retires_at, j.jti"
_TABLES = f"""
    {Token._meta.db_table} t
    JOIN {Tenant._meta.db_table} n ON n.id = t.tenant_id
    LEFT JOIN {Membership._meta.db_table} m ON m.id = t.membership_id
    LEFT JOIN {User._meta.db_table} u ON u.id = m.user_id
    LEFT JOIN {ServiceUser._meta.db_table} s ON s.id = t.service_user_id
    LEFT JOIN {Role._meta.db_table} r ON r.id = coalesce(m.role_id, s.role_id)"""
_TABLES_OF_A_KEY = f"""
    LEFT JOIN {SigningKey._meta.db_table} k ON k.id = ?1
    LEFT JOIN {RevokedJwt._meta.db_table} j ON j.jti = ?2"""
_OF_A_TOKEN = Select(_COLUMNS, f"{_TABLES} WHERE t.id = ?1")
_OF_TWO_TOKENS = Two(_OF_A_TOKEN)
_OF_A_JWT = Select(f"{_COLUMNS}, {_COLUMNS_OF_A_KEY}", f"{_TABLES} {_TABLES_OF_A_KEY} WHERE t.id = ?3")


class _Ahead(local):
    """What a thread has read of the tokens that the request at hand is about."""

    def __init__(self) -> None:
        self.texts: dict[UUID, str | None] = {}


_ahead = _Ahead()


def of_token(token_id: UUID) -> Row | None:
    """A token with everything that decides about it, in one statement."""
    texts = _ahead.texts
    found = _told(texts[token_id] if token_id in texts else one_row(_OF_A_TOKEN, [token_id]))
    return None if found is None else found[0]


@contextmanager
def read_together(first: UUID, second: UUID) -> Iterator[None]:
    """Both in one statement, now; `of_token` tells what it said to whoever asks inside."""
    text = one_row(_OF_TWO_TOKENS, [first, second])
    _ahead.texts = dict(zip((first, second), parted(text or ""), strict=True))
    try:
        yield
    finally:
        _ahead.texts = {}


def of_jwt(token_id: UUID, kid: UUID, jti: UUID) -> tuple[Row, Key] | None:
    """The same with the key that signed, and whether the JWT was revoked, in the same statement."""
    return _told(one_row(_OF_A_JWT, [kid, jti, token_id]))


def key_of(kid: UUID) -> Key | None:
    """A key alone, for a JWT that no token stands behind. None of these can be given up."""
    found = SigningKey.objects.filter(pk=kid).values_list("algorithm", "public_pem", "retires_at").first()
    return None if found is None else Key(*found, revoked_jti=None)


def _told(text: str | None) -> tuple[Row, Key] | None:
    if text is None:
        return None
    row, key = _understood(text)
    return row.at(clock.now()), key


@lru_cache(maxsize=ROWS_REMEMBERED)
def _understood(text: str) -> tuple[Row, Key]:
    """Memoised by all that was read, this time as every time: another row, however little differs, is understood anew.

    SQLite has neither UUIDs nor time zones nor booleans: there they are hexadecimal text, naive text in UTC and 0 or 1.
    """
    named = dict(zip(_NAMES, (*json.loads(text), *_NO_KEY), strict=False))
    found = {name: _converted(name, value) for name, value in named.items()}
    return Row(**{name: found[name] for name in _OF_ROW}), Key(**{name: found[name] for name in Key._fields})


def _converted(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "kind":
        return Kind(value)
    if name == "form":
        return Form(value)
    if name == "user_is_active":
        return bool(value)
    if name in _UUIDS:
        return UUID(value)
    return moment(value) if name.endswith(("_at", "_until")) else value
