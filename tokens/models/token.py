"""A token: what is stored of a credential that acts in a tenant."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.grants import Grants
from accounts.models import Membership, Role, ServiceUser, Tenant
from audit import clock
from audit.ids import uuid7
from audit.record import Ref
from tokens import secret
from tokens.at_rest import Owner, Sealed
from tokens.kinds import Form, Kind
from tokens.life import DAYS_GIVEN
from tokens.policy import timeline
from tokens.rules import Timeline
from tokens.sets import TokenQuerySet
from tokens.status import Facts, Status, status_of

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
SHORT_ID_DIGITS = 8
NAME_CHARACTERS = 100
DESCRIPTION_CHARACTERS = 500
REASON_CHARACTERS = 200

_NOT_ENDED = Q(revoked_at__isnull=True, withdrawn_at__isnull=True)


class Token(models.Model):
    """A credential. Its id is the client id; of its secret only one-way values are kept.

    `of_roles`: it was made of roles, those in `TokenRole`, and never does more than they allow now. `metadata` is an
    object of whoever made the token, which is copied into JWTs and means nothing here.

    `responsible` is the member who answers for a tenant token, at first its maker. That changes nothing of what it may
    do; without one, or with one who has left, the token needs an owner.

    A token that was made for somebody else is theirs to claim until `claim_until`, and has no secret before; the claim
    takes that moment away. See `Offer`.

    `ends_at` is when it ends for good as far as the row itself knows: revoked_at, else withdrawn_at, else claim_until,
    else expires_at, else NEVER. Lists sort by it, and a constraint keeps it honest.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="tokens")
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.label) for kind in Kind])
    form = models.CharField(max_length=8, choices=[(form.value, form.value) for form in Form], default=Form.NATIVE)
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="tokens", db_index=False
    )
    service_user = models.ForeignKey(
        ServiceUser, on_delete=models.PROTECT, null=True, related_name="tokens", db_index=False
    )
    responsible = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="answers_for", db_index=False
    )

    name = models.CharField(max_length=NAME_CHARACTERS)
    description = models.CharField(max_length=DESCRIPTION_CHARACTERS, blank=True)
    grants_text = models.TextField()
    networks_text = models.TextField(blank=True)
    of_roles = models.BooleanField(default=False)
    metadata = models.JSONField(default=dict)

    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="tokens_created"
    )
    created_via = models.CharField(max_length=16, default="portal")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=REASON_CHARACTERS, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    claim_until = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()

    secret_hash = models.TextField()
    secret_tag = models.CharField(max_length=64, blank=True)
    tag_key_id = models.CharField(max_length=32, blank=True)

    last_used_at = models.DateTimeField(null=True)
    last_used_address = models.CharField(max_length=45, blank=True)
    last_used_client = models.CharField(max_length=200, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind=Kind.PERSONAL, membership__isnull=False, service_user__isnull=True, expires_at__isnull=False
                )
                | Q(kind=Kind.SERVICE, membership__isnull=True, service_user__isnull=False)
                | Q(kind=Kind.TENANT, membership__isnull=True, service_user__isnull=True),
                name="token_kind_fits_columns",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False, ends_at=F("revoked_at"))
                | Q(revoked_at__isnull=True, withdrawn_at__isnull=False, ends_at=F("withdrawn_at"))
                | Q(_NOT_ENDED, claim_until__isnull=False, ends_at=F("claim_until"))
                | Q(_NOT_ENDED, claim_until__isnull=True, expires_at__isnull=False, ends_at=F("expires_at"))
                | Q(_NOT_ENDED, claim_until__isnull=True, expires_at__isnull=True, ends_at=NEVER),
                name="token_ends_at_is_true",
            ),
            models.CheckConstraint(
                condition=Q(claim_until__isnull=True, withdrawn_at__isnull=True) & ~Q(secret_tag="")
                | Q(claim_until__isnull=False, kind=Kind.PERSONAL, secret_hash="", secret_tag="", tag_key_id=""),
                name="token_unclaimed_has_no_secret",
            ),
            models.CheckConstraint(condition=Q(of_roles=False) | Q(kind=Kind.TENANT), name="token_of_roles_is_tenants"),
            models.CheckConstraint(
                condition=Q(responsible=None) | Q(kind=Kind.TENANT), name="token_responsible_is_for_tenants"
            ),
        ]
        indexes = [
            # The first three make the order; with the others a token's status can be told from the index alone.
            models.Index(
                fields=["tenant", "ends_at", "id", "kind", "membership", "service_user", "claim_until", "created_at"],
                name="token_soonest_end",
            ),
            models.Index(F("tenant"), F("kind"), DAYS_GIVEN, name="token_longest_given"),
            models.Index(fields=["tenant", "-id"], name="token_newest"),
            models.Index(fields=["tenant", "last_used_at", "id"], name="token_last_used"),
            models.Index(F("tenant"), Lower("name"), F("id"), name="token_by_name"),
            models.Index(
                fields=["tenant", "ends_at", "id"],
                condition=Q(membership=None, service_user=None, responsible=None),
                name="token_of_nobody",
            ),
            # Whose a token is: of an index of all, SQLite would think that nobody's are as few as a person's.
            models.Index(
                fields=["membership", "ends_at"],
                condition=Q(membership__isnull=False),
                name="token_of_member",
            ),
            models.Index(
                fields=["responsible", "ends_at"],
                condition=Q(responsible__isnull=False),
                name="token_answered_by",
            ),
            models.Index(
                fields=["service_user", "ends_at"],
                condition=Q(service_user__isnull=False),
                name="token_of_service_user",
            ),
            models.Index(
                fields=["tenant", "claim_until"], condition=Q(claim_until__isnull=False), name="token_unclaimed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.short_id})"

    @property
    def ref(self) -> Ref:
        return Ref("token", str(self.pk), self.name)

    @property
    def owner(self) -> Owner:
        return Owner(self.pk, self.tenant_id, self.token_kind)

    @property
    def sealed(self) -> Sealed:
        return Sealed(self.secret_hash, self.secret_tag, self.tag_key_id)

    @property
    def token_kind(self) -> Kind:
        return Kind(self.kind)

    @property
    def secret_form(self) -> Form:
        return Form(self.form)

    @property
    def short_id(self) -> str:
        return self.pk.hex[-SHORT_ID_DIGITS:]

    @property
    def hint(self) -> str:
        if self.secret_form is not Form.NATIVE:
            return f"…{self.short_id}"  # its secret does not begin with anything that is known
        return secret.hint(settings.TOKEN_BRAND, self.token_kind, self.pk)

    @property
    def grants(self) -> Grants:
        return Grants.parse(self.grants_text)

    @property
    def is_custom(self) -> bool:
        """Whether it has single permissions on single targets."""
        return any(grant.target_type for grant in self.grants)

    @property
    def networks(self) -> list[str]:
        return self.networks_text.split()

    @property
    def subject(self) -> Ref:
        """What the token acts as."""
        return (self.membership or self.service_user or self.tenant).ref

    @property
    def needs_an_owner(self) -> bool:
        """Whether it works on with nobody to answer for it: like `needing_an_owner`, of one."""
        is_answered_for = self.responsible is not None and self.responsible.is_live
        return self.token_kind is Kind.TENANT and self.is_revocable and not is_answered_for

    @property
    def timeline(self) -> Timeline:
        """What its tenant's policy says from now on."""
        return timeline(self.tenant).since(clock.now())

    @property
    def facts(self) -> Facts:
        return Facts(
            kind=self.token_kind,
            created_at=self.created_at,
            expires_at=self.expires_at,
            revoked_at=self.revoked_at,
            withdrawn_at=self.withdrawn_at,
            claim_until=self.claim_until,
            membership_ended_at=self.membership.ended_at if self.membership else None,
            membership_suspended_at=self.membership.suspended_at if self.membership else None,
            user_is_active=self.membership.user.is_active if self.membership else True,
            service_user_deleted_at=self.service_user.deleted_at if self.service_user else None,
            service_user_disabled_at=self.service_user.disabled_at if self.service_user else None,
            tenant_suspended_at=self.tenant.suspended_at,
            has_networks=bool(self.networks_text),
            timeline=self.timeline,
        )

    @property
    def effective_end(self) -> datetime | None:
        """The earlier of its own end and its policy's, as the check has it; it is past where policy refuses it already.

        The life of one that nobody has claimed has not begun: its own end is all that is known.
        """
        end = self.expires_at if self.claim_until else self.facts.end
        return end and max(end, self.created_at)

    @property
    def status(self) -> Status:
        return status_of(self.facts, clock.now())

    @property
    def is_pending(self) -> bool:
        """Made for somebody who has not claimed it yet, and still can."""
        return self.status is Status.PENDING

    @property
    def is_revocable(self) -> bool:
        return self.ends_at > clock.now()


class TokenRole(models.Model):
    """A role that a token was made of. When the role is deleted, what it allowed is gone from the token."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="roles")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "role"], name="token_role_once")]

    def __str__(self) -> str:
        return f"{self.role_id} in {self.token_id}"


class IdempotencyKey(models.Model):
    """What a repeated create is recognised by, for 24 hours. Written in the transaction that makes the token."""

    actor_id = models.CharField(max_length=36)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="idempotency_keys")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "key"], name="idempotency_key_unique")]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.key}"
