"""People, tenants, roles and who belongs where."""

from accounts.models.email_changes import EmailChange
from accounts.models.external_ids import EXTERNAL_ID_CHARACTERS
from accounts.models.hand_overs import HandOver, HandOverQuerySet
from accounts.models.memberships import Membership, MembershipQuerySet
from accounts.models.roles import Role
from accounts.models.searchable import Searchable
from accounts.models.sessions import Session, SessionQuerySet
from accounts.models.tenants import Tenant
from accounts.models.users import User, UserManager, initials

__all__ = [
    "EXTERNAL_ID_CHARACTERS",
    "EmailChange",
    "HandOver",
    "HandOverQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Role",
    "Searchable",
    "Session",
    "SessionQuerySet",
    "Tenant",
    "User",
    "UserManager",
    "initials",
]
