"""People, tenants, roles and who belongs where."""

from accounts.models.email_changes import EmailChange
from accounts.models.external_ids import EXTERNAL_ID_CHARACTERS
from accounts.models.hand_overs import HandOver, HandOverQuerySet
from accounts.models.invitations import Invitation, InvitationQuerySet, InvitationStatus
from accounts.models.memberships import Membership, MembershipQuerySet, listing_of
from accounts.models.platform import Platform
from accounts.models.resources import Resource, ResourceQuerySet
from accounts.models.roles import Role
from accounts.models.searchable import Searchable
from accounts.models.service_users import ServiceUser, ServiceUserManager, ServiceUserQuerySet
from accounts.models.sessions import Session, SessionQuerySet
from accounts.models.tenants import Tenant, TenantQuerySet
from accounts.models.users import User, UserManager, initials

__all__ = [
    "EXTERNAL_ID_CHARACTERS",
    "EmailChange",
    "HandOver",
    "HandOverQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "InvitationStatus",
    "Membership",
    "MembershipQuerySet",
    "Platform",
    "Resource",
    "ResourceQuerySet",
    "Role",
    "Searchable",
    "ServiceUser",
    "ServiceUserManager",
    "ServiceUserQuerySet",
    "Session",
    "SessionQuerySet",
    "Tenant",
    "TenantQuerySet",
    "User",
    "UserManager",
    "initials",
    "listing_of",
]
