"""One-time links from the vendor's product into a tenant."""

from datetime import datetime
from typing import Self

from django.db import models

from accounts.models.memberships import Membership
from audit.ids import uuid7


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def open_at(self, moment: datetime) -> Self:
        """Neither used nor too old."""
        return self.filter(used_at=None, expires_at__gt=moment)

    def over_at(self, moment: datetime) -> Self:
        """Too old, used or not: nothing will ever ask for them again."""
        return self.filter(expires_at__lte=moment)

    def with_everything(self) -> Self:
        return self.select_related("membership__user", "membership__tenant", "membership__role")


class HandOver(models.Model):
    """A one-time link into one membership: of its code a hash is kept, `page` and `return_to` were judged when made."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code_hash = models.CharField(max_length=64, unique=True)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=500)
    return_to = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    objects = HandOverQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Hand-over {self.pk}"
