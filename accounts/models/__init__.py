"""People, tenants, roles and who belongs where."""

from accounts.models.external_ids import EXTERNAL_ID_CHARACTERS
from accounts.models.hand_overs import HandOver, HandOverQuerySet
from accounts.models.invitations import Invitation, InvitationQuerySet, InvitationStatus
from accounts.models.memberships import Membership, MembershipQuerySet, listing_of
from accounts.models.platform import Platform
from accounts.models.resources import Resource, ResourceQuerySet
from accounts.models.roles import Role
from accounts.models.service_users import ServiceUser, ServiceUserManager, ServiceUserQuerySet
from accounts.models.tenants import Tenant
from accounts.models.users import User, UserManager, initials

__all__ = [
    "EXTERNAL_ID_CHARACTERS",
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
    "ServiceUser",
    "ServiceUserManager",
    "ServiceUserQuerySet",
    "Tenant",
    "User",
    "UserManager",
    "initials",
    "listing_of",
]
