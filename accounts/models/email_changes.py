"""E-mail addresses that wait to be confirmed."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models

from accounts.models.users import User
from audit import clock
from audit.ids import uuid7


class EmailChangeQuerySet(models.QuerySet["EmailChange"]):
    def open_at(self, moment: datetime) -> Self:
        """Neither used nor too old, and for somebody who may still sign in."""
        return self.filter(used_at=None, expires_at__gt=moment, user__is_active=True).select_related("user")

    def of(self, user_id: UUID) -> Self:
        return self.filter(user_id=user_id)


class EmailChange(models.Model):
    """Somebody's next address, and a hash of the one-time code that was sent there. `before`: what it replaces."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    before = models.EmailField(max_length=254)
    email = models.EmailField(max_length=254)
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = EmailChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Change of address {self.pk}"
