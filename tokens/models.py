"""Tokens: what is stored of a credential, and the sets of them that pages and verbs speak of."""

from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Lower

from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Membership, Tenant
from audit import clock
from audit.ids import uuid7
from audit.record import Ref
from tokens import secret
from tokens.at_rest import Owner, Sealed
from tokens.expiry import SOON
from tokens.kinds import Kind
from tokens.policy import Rules, rules_of
from tokens.status import Facts, Status, status_of, where

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
SHORT_ID_DIGITS = 8
NAME_CHARACTERS = 100
DESCRIPTION_CHARACTERS = 500
REASON_CHARACTERS = 200


class TokenQuerySet(models.QuerySet["Token"]):
    def visible_to(self, actor: Actor) -> Self:
        """Where every read starts: all of the tenant's for those who may see them, one's own for everybody else."""
        if actor.tenant is None:
            return self.none()
        ours = self.filter(tenant=actor.tenant)
        return ours if actor.sees_all_tokens else ours.owned_by(actor.membership)

    def manageable_by(self, actor: Actor) -> Self:
        """What an actor may change: like `lifecycle.may_manage`, for a set."""
        seen = self.visible_to(actor)
        return seen if actor.manages_tokens else seen.owned_by(actor.membership)

    def issued_before(self, moment: datetime) -> Self:
        return self.filter(created_at__lt=moment)

    def owned_by(self, membership: Membership | None) -> Self:
        return self.filter(membership=membership) if membership else self.none()

    def of_membership(self, membership_id: str) -> Self:
        return self.filter(membership_id=membership_id)

    def used(self) -> Self:
        return self.filter(last_used_at__isnull=False)

    def never_used(self) -> Self:
        return self.filter(last_used_at=None)

    def of_kind(self, kind: Kind) -> Self:
        return self.filter(kind=kind)

    def in_status(self, status: Status, now: datetime, rules: Rules) -> Self:
        return self.filter(where(status, now, rules))

    def live(self, now: datetime, rules: Rules) -> Self:
        return self.in_status(Status.ACTIVE, now, rules)

    def expiring(self, now: datetime, rules: Rules) -> Self:
        return self.live(now, rules).filter(expires_at__lte=now + SOON)

    def ended(self, now: datetime, rules: Rules) -> Self:
        final = Q()
        for status in Status:
            final |= where(status, now, rules) if status.is_final else Q(pk__in=[])
        return self.filter(final)

    def on_hold(self, now: datetime, rules: Rules) -> Self:
        """Refused, but not for ever: an administrator can change what stops them."""
        held = Q()
        for status in Status:
            if not status.is_final and status is not Status.ACTIVE:
                held |= where(status, now, rules)
        return self.filter(held)

    def still_running(self, now: datetime) -> Self:
        """Neither revoked nor expired, whoever their owner is."""
        return self.filter(ends_at__gt=now)

    def running(self, now: datetime) -> Self:
        """The same for a verb that ends them: whoever revoked first, by whatever clock, stays the one who did."""
        return self.still_running(now).filter(revoked_at=None)

    def run_out(self, now: datetime) -> Self:
        return self.filter(ends_at__lte=now)

    def with_scope(self, resource: str) -> Self:
        """Tokens with any grant on a resource, whatever the boundary, action or target."""
        padded = models.functions.Concat(models.Value(" "), F("grants_text"))
        asked = Q(_padded__contains=f" {resource}:") | Q(_padded__contains=f"/{resource}:")
        return self.alias(_padded=padded).filter(asked)

    def matching(self, text: str) -> Self:
        """Name, subject, or the end of the token id; never the secret."""
        by_name = Q(name__icontains=text) | Q(membership__user__name__icontains=text)
        digits = text.lower().replace("-", "")
        if not digits or set(digits) - set("0123456789abcdef"):
            return self.filter(by_name)
        if len(digits) == len(UUID(int=0).hex):
            return self.filter(by_name | Q(pk=UUID(digits)))
        return self.alias(_id=Cast("id", models.CharField())).filter(by_name | Q(_id__iendswith=text.lower()))

    def by_name(self) -> Self:
        return self.annotate(name_key=Lower("name"))

    def with_subject(self) -> Self:
        return self.select_related("tenant", "membership__user", "membership__role", "created_by")

    def named(self, name: str, *, kind: Kind, membership: Membership | None) -> Self:
        return self.filter(name__iexact=name, kind=kind, membership=membership)


class Token(models.Model):
    """A credential. Its id is the client id; of its secret only one-way values are kept.

    `ends_at` is when it ends for good as far as the row itself knows: revoked_at, else expires_at, else NEVER. Lists
    sort by it, and a constraint keeps it honest.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="tokens")
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.label) for kind in Kind])
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="tokens")

    name = models.CharField(max_length=NAME_CHARACTERS)
    description = models.CharField(max_length=DESCRIPTION_CHARACTERS, blank=True)
    grants_text = models.TextField()
    networks_text = models.TextField(blank=True)

    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="tokens_created"
    )
    created_via = models.CharField(max_length=16, default="portal")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=REASON_CHARACTERS, blank=True)
    ends_at = models.DateTimeField()

    secret_hash = models.TextField()
    secret_tag = models.CharField(max_length=64)
    tag_key_id = models.CharField(max_length=32)

    last_used_at = models.DateTimeField(null=True)
    last_used_address = models.CharField(max_length=45, blank=True)
    last_used_client = models.CharField(max_length=200, blank=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Kind.PERSONAL, membership__isnull=False, expires_at__isnull=False)
                | Q(kind=Kind.TENANT, membership__isnull=True),
                name="token_kind_fits_columns",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False, ends_at=F("revoked_at"))
                | Q(revoked_at__isnull=True, expires_at__isnull=False, ends_at=F("expires_at"))
                | Q(revoked_at__isnull=True, expires_at__isnull=True, ends_at=NEVER),
                name="token_ends_at_is_true",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "ends_at", "id"], name="token_soonest_end"),
            models.Index(fields=["tenant", "-id"], name="token_newest"),
            models.Index(fields=["tenant", "last_used_at", "id"], name="token_last_used"),
            models.Index(F("tenant"), Lower("name"), F("id"), name="token_by_name"),
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
    def short_id(self) -> str:
        return self.pk.hex[-SHORT_ID_DIGITS:]

    @property
    def hint(self) -> str:
        return secret.hint(settings.TOKEN_BRAND, self.token_kind, self.pk)

    @property
    def grants(self) -> Grants:
        return Grants.parse(self.grants_text)

    @property
    def networks(self) -> list[str]:
        return self.networks_text.split()

    @property
    def subject(self) -> Ref:
        """What the token acts as."""
        return self.membership.ref if self.membership else self.tenant.ref

    @property
    def rules(self) -> Rules:
        return rules_of(self.tenant)

    @property
    def facts(self) -> Facts:
        return Facts(
            kind=self.token_kind,
            created_at=self.created_at,
            expires_at=self.expires_at,
            revoked_at=self.revoked_at,
            membership_ended_at=self.membership.ended_at if self.membership else None,
            membership_suspended_at=self.membership.suspended_at if self.membership else None,
            user_is_active=self.membership.user.is_active if self.membership else True,
            tenant_suspended_at=self.tenant.suspended_at,
            rules=self.rules,
        )

    @property
    def status(self) -> Status:
        return status_of(self.facts, clock.now())

    @property
    def is_revocable(self) -> bool:
        return self.ends_at > clock.now()


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
