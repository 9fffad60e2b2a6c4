"""What belongs to the installation as a whole: one row."""

from django.db import models
from django.db.models import Q


class PlatformQuerySet(models.QuerySet["Platform"]):
    def locked(self) -> "Platform":
        """The row, for whoever changes it or copies from it: one after another."""
        return self.select_for_update().get_or_create(pk=1)[0]


class Platform(models.Model):
    """`token_limits` belongs to tokens.policy, which alone reads and writes it; every tenant's row holds a copy."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token_limits = models.TextField(default="{}")

    objects = PlatformQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="platform_is_one")]

    def __str__(self) -> str:
        return "The platform"
