"""Who acts, and what they may do. An Actor is made at the door and travels down; the request does not."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.core import exceptions

from accounts.grants import EMPTY, Grant, Grants
from accounts.models import Membership, Tenant, User
from audit.record import Origin, Ref

# The portal's own rights. They are an area of the catalogue like any other, so roles and tokens carry them as grants.
TOKENS_READ = Grant.parse("tokens:read")
TOKENS_WRITE = Grant.parse("tokens:write")
TOKENS_CUSTOM = Grant.parse("tokens:custom")
MEMBERS_READ = Grant.parse("members:read")
MEMBERS_WRITE = Grant.parse("members:write")
SERVICE_USERS_READ = Grant.parse("service-users:read")
SERVICE_USERS_WRITE = Grant.parse("service-users:write")
SERVICE_USERS_CREATE = Grant.parse("service-users:create")
ROLES_READ = Grant.parse("roles:read")
ROLES_WRITE = Grant.parse("roles:write")
POLICY_READ = Grant.parse("policy:read")
POLICY_WRITE = Grant.parse("policy:write")
LEDGER_READ = Grant.parse("ledger:read")
RESOURCES_READ = Grant.parse("resources:read")
RESOURCES_WRITE = Grant.parse("resources:write")

OPERATOR = Ref("operator", "operator", "Operator")

# What a management credential may do: rights in `tokens.rights`.
PROVISION = "provision"
SESSIONS = "sessions"
TOKENS = "tokens"

_ABOUT_PEOPLE = frozenset(one.resource for one in (MEMBERS_READ, SERVICE_USERS_READ, ROLES_READ, POLICY_READ))


class Owned(Protocol):
    """Anything that a tenant owns."""

    @property
    def tenant_id(self) -> UUID: ...


class PermissionDenied(exceptions.PermissionDenied):
    """`actor` lacks `right`; each door translates it once and writes it into the ledger."""

    def __init__(self, actor: "Actor", right: Grant | None, reason: str = "") -> None:
        self.actor = actor
        self.right = right
        self.reason = reason or f"This needs {right}."
        super().__init__(self.reason)


class LacksPower(PermissionDenied):
    """What is missing is no right of a role but one that a management credential has or has not."""

    def __init__(self, actor: "Actor", *powers: str) -> None:
        self.powers = powers
        super().__init__(actor, None, f"This needs a management credential with the right {' or '.join(powers)}.")


def powers_for(right: Grant | None) -> tuple[str, ...]:
    """Which rights of a management credential stand for one of the portal's own in a tenant: any of them will do.

    Who people are and what they may do is provisioned, everything else is about tokens; who makes tokens of roles reads
    roles too. None is for what any token may ask.
    """
    if right in (None, ROLES_READ):
        return TOKENS, PROVISION
    return (PROVISION,) if right and right.resource in _ABOUT_PEOPLE else (TOKENS,)


@dataclass(frozen=True, slots=True)
class Bearer:
    """The token that acts by itself. What it makes may not outlast it, nor be used from where it may not.

    `is_exchanged`: it is a JWT, for which the token was exchanged.
    """

    token_id: UUID
    ends_at: datetime | None
    networks: str
    is_exchanged: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """A principal at work in at most one tenant. `grants` are its rights there now.

    A management credential has `powers` instead; its grants are what it may put on a token.
    """

    ref: Ref
    origin: Origin = field(default_factory=Origin)
    tenant: Tenant | None = None
    membership: Membership | None = None
    user: User | None = None
    grants: Grants = EMPTY
    powers: frozenset[str] = frozenset()
    is_operator: bool = False
    is_management: bool = False
    via: str = "portal"
    bearer: Bearer | None = None

    @classmethod
    def member(cls, membership: Membership, origin: Origin) -> "Actor":
        """A person at work in the tenant of one of their live memberships."""
        return cls(
            ref=membership.ref,
            origin=origin,
            tenant=membership.tenant,
            membership=membership,
            user=membership.user,
            grants=membership.role.grants,
        )

    @classmethod
    def person(cls, user: User, origin: Origin) -> "Actor":
        """A signed-in person outside any tenant."""
        return cls(ref=user.ref, origin=origin, user=user)

    @classmethod
    def token(
        cls, ref: Ref, bearer: Bearer, grants: Grants, *, tenant: Tenant, membership: Membership | None, origin: Origin
    ) -> "Actor":
        """A token at work by itself: with its own effective grants, not with all that its owner may do."""
        return cls(
            ref=ref,
            origin=origin,
            tenant=tenant,
            membership=membership,
            user=membership.user if membership else None,
            grants=grants,
            via="api",
            bearer=bearer,
        )

    @classmethod
    def management(
        cls,
        ref: Ref,
        grants: Grants,
        *,
        origin: Origin,
        tenant: Tenant | None = None,
        membership: Membership | None = None,
        powers: frozenset[str] = frozenset(),
    ) -> "Actor":
        """A management credential at work in the tenant that it named, on behalf of a member if it named one too."""
        return cls(
            ref=ref,
            origin=origin,
            tenant=tenant,
            membership=membership,
            grants=grants,
            powers=powers,
            is_management=True,
            via="management",
        )

    @classmethod
    def operator(cls, tenant: Tenant | None = None) -> "Actor":
        """Whoever runs manage.py: holds the machine, hence every right."""
        return cls(ref=OPERATOR, tenant=tenant, is_operator=True, via="command")

    def can(self, right: Grant, *, on: Owned | None = None) -> bool:
        """Whether `right` is held here, and `on`, if given, belongs here."""
        if self.is_operator:
            return True
        here = self.tenant is not None and (on is None or on.tenant_id == self.tenant.pk)
        return here and self._holds(right)

    def must(self, right: Grant, *, on: Owned | None = None) -> None:
        if self.is_management and not self._holds(right):
            raise LacksPower(self, *powers_for(right))
        if not self.can(right, on=on):
            raise PermissionDenied(self, right)

    def _holds(self, right: Grant) -> bool:
        if self.is_management:
            return not self.powers.isdisjoint(powers_for(right))
        return self.grants.covers(right)

    def must_have(self, power: str) -> None:
        """For what vendors do from outside: the operator may, and a management credential that was given `power`."""
        if not (self.is_operator or power in self.powers):
            raise LacksPower(self, power)

    def must_govern(self, what: str) -> None:
        """For what belongs to no tenant, so that no role has it."""
        if not (self.is_operator or self.is_platform_admin):
            raise PermissionDenied(self, None, f"{what} for platform admins.")

    @property
    def says_who_is_who(self) -> bool:
        """The operator and the vendor's backend give roles and rights without having them."""
        return self.is_operator or PROVISION in self.powers

    @property
    def by_proxy(self) -> bool:
        """By a token, or by the vendor's backend on somebody's behalf."""
        return self.bearer is not None or self.is_management

    @property
    def own_membership(self) -> Membership | None:
        """What is one's own is one's own in person only."""
        return None if self.by_proxy else self.membership

    @property
    def tenant_id(self) -> UUID | None:
        return self.tenant.pk if self.tenant else None

    @property
    def name(self) -> str:
        return self.ref.label

    @property
    def initials(self) -> str:
        return self.user.initials if self.user else ""

    @property
    def role_name(self) -> str:
        if self.membership:
            return self.membership.role.name
        return "Platform admin" if self.is_platform_admin else ""

    @property
    def is_platform_admin(self) -> bool:
        """A person alone: a token acts in its tenant, whoever owns it."""
        return self.user is not None and self.bearer is None and self.user.is_platform_admin

    @property
    def sees_all_tokens(self) -> bool:
        return self.can(TOKENS_READ)

    @property
    def manages_tokens(self) -> bool:
        return self.can(TOKENS_WRITE)

    @property
    def sets_policy(self) -> bool:
        return self.can(POLICY_WRITE)

    @property
    def sees_roles(self) -> bool:
        return self.can(ROLES_READ)

    @property
    def manages_roles(self) -> bool:
        return self.can(ROLES_WRITE)

    @property
    def sees_resources(self) -> bool:
        return self.can(RESOURCES_READ)

    @property
    def manages_resources(self) -> bool:
        return self.can(RESOURCES_WRITE)

    @property
    def sees_all_service_users(self) -> bool:
        return self.can(SERVICE_USERS_READ)

    @property
    def creates_service_users(self) -> bool:
        return self.can(SERVICE_USERS_CREATE)

    @property
    def sees_members(self) -> bool:
        return self.can(MEMBERS_READ)

    @property
    def manages_members(self) -> bool:
        return self.can(MEMBERS_WRITE)

    @property
    def sees_ledger(self) -> bool:
        return self.can(LEDGER_READ)
