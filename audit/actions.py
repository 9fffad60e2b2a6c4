"""Every event the ledger knows, on one screen."""

from enum import StrEnum


class Topic(StrEnum):
    """What the audit log's filter offers."""

    TOKENS = "tokens"
    SIGN_IN = "sign-in"
    MEMBERS = "members"
    RESOURCES = "resources"
    TENANT = "tenant"
    ACCESS = "access"

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").capitalize()


class Action(StrEnum):
    """`value` is the stable name that machines read, `sentence` what people read, `topic` its filter."""

    topic: Topic
    sentence: str

    def __new__(cls, value: str, topic: Topic = Topic.ACCESS, sentence: str = "") -> "Action":
        member = str.__new__(cls, value)
        member._value_ = value
        member.topic = topic
        member.sentence = sentence
        return member

    TOKEN_ISSUED = "token.issued", Topic.TOKENS, "Token created"
    TOKEN_REVEALED = "token.revealed", Topic.TOKENS, "Secret shown"
    TOKEN_OFFERED = "token.offered", Topic.TOKENS, "Token made for somebody else"
    TOKEN_OFFER_RENEWED = "token.offer_renewed", Topic.TOKENS, "Claim link sent again"
    TOKEN_OFFER_WITHDRAWN = "token.offer_withdrawn", Topic.TOKENS, "Token withdrawn before it was claimed"
    TOKEN_OFFER_DECLINED = "token.offer_declined", Topic.TOKENS, "Token declined"
    TOKEN_CLAIMED = "token.claimed", Topic.TOKENS, "Token claimed"
    TOKEN_EDITED = "token.edited", Topic.TOKENS, "Name or description changed"
    TOKEN_NARROWED = "token.narrowed", Topic.TOKENS, "Scopes narrowed"
    TOKEN_TAKEN_OVER = "token.taken_over", Topic.TOKENS, "Taken over"
    TOKEN_HANDED_OVER = "token.handed_over", Topic.TOKENS, "Handed to somebody else"
    TOKEN_REVOKED = "token.revoked", Topic.TOKENS, "Token revoked"
    TOKEN_LEAKED = "token.leaked", Topic.TOKENS, "Secret seen where it does not belong"
    JWT_REVOKED = "jwt.revoked", Topic.TOKENS, "JWT revoked"
    POLICY_CHANGED = "policy.changed", Topic.TOKENS, "Token policy changed"
    POLICY_PLANNED = "policy.planned", Topic.TOKENS, "Token policy will change"
    POLICY_WITHDRAWN = "policy.withdrawn", Topic.TOKENS, "Planned change of the token policy withdrawn"

    SIGNED_IN = "session.signed_in", Topic.SIGN_IN, "Signed in"
    HAND_OVER_MADE = "session.hand_over_made", Topic.SIGN_IN, "One-time link made"
    SESSION_HANDED_OVER = "session.handed_over", Topic.SIGN_IN, "Handed over by a one-time link"
    SIGNED_OUT = "session.signed_out", Topic.SIGN_IN, "Signed out"
    SIGN_IN_FAILED = "session.sign_in_failed", Topic.SIGN_IN, "Sign-in refused"
    REAUTHENTICATED = "session.reauthenticated", Topic.SIGN_IN, "Password confirmed"
    REAUTHENTICATION_FAILED = "session.reauthentication_failed", Topic.SIGN_IN, "Password confirmation refused"
    SESSIONS_ENDED = "session.ended", Topic.SIGN_IN, "Signed out elsewhere"
    PROFILE_CHANGED = "user.profile_changed", Topic.SIGN_IN, "Own name or time zone changed"
    EMAIL_CHANGE_ASKED = "user.email_change_asked", Topic.SIGN_IN, "Another e-mail address asked for"
    EMAIL_CHANGED = "user.email_changed", Topic.SIGN_IN, "E-mail address changed"
    PASSWORD_CHANGED = "session.password_changed", Topic.SIGN_IN, "Password changed"

    USER_CREATED = "user.created", Topic.MEMBERS, "Person made by the vendor"
    USER_CHANGED = "user.changed", Topic.MEMBERS, "Name or email changed by the vendor"
    MEMBER_ADDED = "member.added", Topic.MEMBERS, "Member added"
    MEMBER_SUSPENDED = "member.suspended", Topic.MEMBERS, "Member suspended"
    MEMBER_RESUMED = "member.resumed", Topic.MEMBERS, "Member resumed"
    MEMBER_REMOVED = "member.removed", Topic.MEMBERS, "Member removed"
    ROLE_CHANGED = "member.role_changed", Topic.MEMBERS, "Role changed"
    MEMBER_INVITED = "member.invited", Topic.MEMBERS, "Invitation sent"
    INVITATION_RESENT = "invitation.resent", Topic.MEMBERS, "Invitation sent again"
    INVITATION_WITHDRAWN = "invitation.withdrawn", Topic.MEMBERS, "Invitation withdrawn"
    INVITATION_ACCEPTED = "invitation.accepted", Topic.MEMBERS, "Invitation accepted"

    SERVICE_USER_CREATED = "service_user.created", Topic.MEMBERS, "Service user created"
    SERVICE_USER_EDITED = "service_user.edited", Topic.MEMBERS, "Words about a service user changed"
    SERVICE_USER_RIGHTS_CHANGED = "service_user.rights_changed", Topic.MEMBERS, "What a service user may do changed"
    SERVICE_USER_MANAGER_ADDED = "service_user.manager_added", Topic.MEMBERS, "Manager of a service user added"
    SERVICE_USER_MANAGER_REMOVED = "service_user.manager_removed", Topic.MEMBERS, "Manager of a service user removed"
    SERVICE_USER_DISABLED = "service_user.disabled", Topic.MEMBERS, "Service user disabled"
    SERVICE_USER_ENABLED = "service_user.enabled", Topic.MEMBERS, "Service user enabled"
    SERVICE_USER_DELETED = "service_user.deleted", Topic.MEMBERS, "Service user deleted"

    ROLE_CREATED = "role.created", Topic.MEMBERS, "Role created"
    ROLE_EDITED = "role.edited", Topic.MEMBERS, "What a role allows, or its name, changed"
    ROLE_DELETED = "role.deleted", Topic.MEMBERS, "Role deleted"

    RESOURCE_REGISTERED = "resource.registered", Topic.RESOURCES, "Resource registered"
    RESOURCE_RENAMED = "resource.renamed", Topic.RESOURCES, "Resource renamed"
    RESOURCE_ARCHIVED = "resource.archived", Topic.RESOURCES, "Resource archived"
    RESOURCE_RESTORED = "resource.restored", Topic.RESOURCES, "Resource restored"

    TENANT_CREATED = "tenant.created", Topic.TENANT, "Tenant created"
    TENANT_RENAMED = "tenant.renamed", Topic.TENANT, "Tenant renamed"
    TENANT_SUSPENDED = "tenant.suspended", Topic.TENANT, "Tenant suspended"
    TENANT_RESUMED = "tenant.resumed", Topic.TENANT, "Tenant resumed"
    TENANT_DELETED = "tenant.deleted", Topic.TENANT, "Tenant deleted"
    LIMITS_CHANGED = "limits.changed", Topic.TENANT, "Token limits of the platform changed"
    LIMITS_PLANNED = "limits.planned", Topic.TENANT, "Token limits of the platform will change"
    LIMITS_WITHDRAWN = "limits.withdrawn", Topic.TENANT, "Planned change of the token limits withdrawn"
    SIGNING_KEY_MADE = "signing_key.made", Topic.TENANT, "Signing key made"
    SIGNING_KEY_ROTATED = "signing_key.rotated", Topic.TENANT, "Signing key rotated"
    CREDENTIAL_ISSUED = "credential.issued", Topic.TENANT, "Management credential created"
    CREDENTIAL_REVEALED = "credential.revealed", Topic.TENANT, "Secret of a management credential shown"
    CREDENTIAL_USED = "credential.used", Topic.TENANT, "Management credential used"
    CREDENTIAL_REVOKED = "credential.revoked", Topic.TENANT, "Management credential revoked"
    CREDENTIAL_LEAKED = "credential.leaked", Topic.TENANT, "Secret of a management credential seen in the wrong place"
    PLATFORM_ADMIN_CREATED = "platform_admin.created", Topic.TENANT, "Platform admin created"
    PLATFORM_ADMIN_REMOVED = "platform_admin.removed", Topic.TENANT, "Platform admin removed"

    ACCESS_REFUSED = "access.refused", Topic.ACCESS, "Refused: the right was missing"


def choices() -> list[tuple[str, str]]:
    """For the column. Migrations name this function, so that a new action is not a migration."""
    return [(action.value, action.sentence) for action in Action]
