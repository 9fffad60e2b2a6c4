"""Somebody who was asked to join a tenant, by e-mail."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models.roles import Role
from accounts.models.tenants import Tenant
from accounts.models.users import User
from audit import clock
from audit.ids import uuid7
from audit.record import Ref


class InvitationStatus(StrEnum):
    """What has become of it; the first that is true, in this order."""

    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OPEN = "open"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> Self:
        """Neither accepted nor withdrawn: those that a list shows, expired ones too, until somebody acts."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open_at(self, moment: datetime) -> Self:
        """Those whose link works."""
        return self.pending().filter(expires_at__gt=moment)

    def over_at(self, moment: datetime) -> Self:
        """Pending, but too old."""
        return self.pending().filter(expires_at__lte=moment)

    def in_tenant(self, tenant: Tenant) -> Self:
        return self.filter(tenant=tenant)

    def to(self, email: str) -> Self:
        return self.filter(email=email.lower())

    def sent_since(self, moment: datetime) -> Self:
        return self.filter(sent_at__gt=moment)

    def with_everything(self) -> Self:
        return self.select_related("tenant", "role", "invited_by")


class Invitation(models.Model):
    """A one-time link that makes whoever has the mailbox a member. Of its code a hash is kept.

    `email` is in lower case, as a user's is. `invited_by` is None where a program did it. The mail went out at
    `sent_at`, unless it is `undelivered`: the mail server did not take it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(default=clock.now)
    undelivered = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("tenant"),
                Lower("email"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_pending_per_email",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_ends_in_one_way"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "sent_at"], name="invitation_sent")]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"

    @property
    def ref(self) -> Ref:
        return Ref("invitation", str(self.pk), self.email)

    @property
    def status(self) -> InvitationStatus:
        if self.accepted_at:
            return InvitationStatus.ACCEPTED
        if self.withdrawn_at:
            return InvitationStatus.WITHDRAWN
        return InvitationStatus.EXPIRED if self.expires_at <= clock.now() else InvitationStatus.OPEN

    @property
    def is_open(self) -> bool:
        return self.status is InvitationStatus.OPEN
