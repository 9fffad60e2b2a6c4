"""Named sets of grants."""

from django.db import models
from django.db.models import Q

from accounts.grants import Grants
from accounts.models.tenants import Tenant
from audit import clock
from audit.ids import uuid7
from audit.record import Ref


class Role(models.Model):
    """A named set of grants. Without a tenant it is built in and kept equal to the catalogue by `roles.load`.

    `level` is the vendor's own ranking; it allows nothing here.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, blank=True, related_name="roles")
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True)
    grants_text = models.TextField(blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="role_key_unique_in_tenant"),
            models.UniqueConstraint(fields=["key"], condition=Q(tenant=None), name="role_key_unique_built_in"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_owner(self) -> bool:
        """The built-in one: a role of a tenant's own may be called the same."""
        return self.tenant_id is None and self.key == "owner"

    @property
    def ref(self) -> Ref:
        return Ref("role", str(self.pk), self.name)

    @property
    def grants(self) -> Grants:
        return Grants.parse(self.grants_text, limit=None)
