"""Customer organisations."""

from typing import Self
from uuid import UUID

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts import readable
from accounts.models.external_ids import EXTERNAL_ID_CHARACTERS, valid_external_id
from audit import clock
from audit.ids import uuid7
from audit.record import Ref

valid_slug = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z", "Use 1 to 40 of a-z, 0-9 and hyphens, no hyphen at either end."
)


class TenantQuerySet(models.QuerySet["Tenant"]):
    def existing(self) -> Self:
        """Not deleted."""
        return self.filter(deleted_at=None)

    def active(self) -> Self:
        return self.filter(suspended_at=None)

    def stopped(self) -> Self:
        """Suspended or deleted: nothing works there."""
        return self.filter(suspended_at__isnull=False)

    def suspended(self) -> Self:
        return self.existing().filter(suspended_at__isnull=False)

    def deleted(self) -> Self:
        return self.filter(deleted_at__isnull=False)

    def matching(self, text: str) -> Self:
        """Name or address; there are few enough to be read through."""
        return self.filter(Q(name__icontains=text) | Q(slug__icontains=text))


class Tenant(models.Model):
    """A customer organisation. `slug` is part of every address and immutable; `external_id` is the vendor's own.

    A deleted one keeps its row, for the ledger and for what points to it, and its slug, for good. It is suspended as
    well: so every check refuses its tokens without asking for more.

    `token_rules` and `token_limits` belong to tokens.policy, which alone reads and writes them: the tenant's own policy
    and a copy of the platform's limits. They lie on the tenant's row because every check and every page reads that row
    anyway: a table of their own would cost each of them a join or a query.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=40, unique=True, validators=[valid_slug])
    name = models.CharField(max_length=100)
    external_id = models.CharField(
        max_length=EXTERNAL_ID_CHARACTERS, null=True, blank=True, unique=True, validators=[valid_external_id]
    )
    token_rules = models.TextField(default="{}")
    token_limits = models.TextField(default="{}")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(suspended_at__isnull=False), name="tenant_deleted_is_suspended"
            )
        ]
        ordering = [Lower("name"), "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def initial(self) -> str:
        return self.name[:1].upper()

    @property
    def tenant_id(self) -> UUID:
        """A tenant belongs to itself, so that rights can be asked for on it as on what it owns."""
        return self.pk

    def clean(self) -> None:
        super().clean()
        readable.must_be(self.name, "name")

    @property
    def ref(self) -> Ref:
        return Ref("tenant", str(self.pk), self.name)
