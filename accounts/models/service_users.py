"""Members of a tenant that are no people."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.grants import EMPTY, Grants
from accounts.models.memberships import Membership
from accounts.models.roles import Role
from accounts.models.tenants import Tenant
from audit import clock
from audit.ids import uuid7
from audit.record import Ref

NAME_CHARACTERS = 100
PURPOSE_CHARACTERS = 500


class ServiceUserQuerySet(models.QuerySet["ServiceUser"]):
    def in_tenant(self, tenant: Tenant) -> Self:
        return self.filter(tenant=tenant)

    def among(self, ids: Iterable[UUID]) -> Self:
        return self.filter(pk__in=list(ids))

    def current(self) -> Self:
        """Not deleted: disabled ones can be enabled again."""
        return self.filter(deleted_at=None)

    def deleted(self) -> Self:
        return self.filter(deleted_at__isnull=False)

    def having(self, role: Role) -> Self:
        return self.filter(role=role)

    def working(self) -> Self:
        return self.current().filter(disabled_at=None)

    def disabled(self) -> Self:
        return self.current().filter(disabled_at__isnull=False)

    def managed_by(self, membership: Membership | None) -> Self:
        """By a subquery: a join would hand out one with two managers twice."""
        if membership is None:
            return self.none()
        return self.filter(pk__in=ServiceUserManager.objects.filter(membership=membership).values("service_user"))

    def without_manager(self) -> Self:
        """Nobody who manages them belongs to the tenant and may sign in now."""
        return self.exclude(pk__in=ServiceUserManager.objects.live().values("service_user"))

    def without_other(self, membership: Membership) -> Self:
        """The same, not counting this one."""
        return self.exclude(
            pk__in=ServiceUserManager.objects.live().exclude(membership=membership).values("service_user")
        )

    def by_name(self) -> Self:
        return self.annotate(name_key=Lower("name"))

    def with_everything(self) -> Self:
        return self.select_related("tenant", "role", "created_by")


class ServiceUser(models.Model):
    """Acts in one tenant by its tokens alone: no sign-in, no password, several people who manage it.

    What it may do is its role's grants, if it has a role, and its own beside them: nothing where it has neither. Who is
    disabled can be enabled again; who is deleted never comes back, and the row stays for what tells of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="service_users")
    name = models.CharField(max_length=NAME_CHARACTERS)
    purpose = models.CharField(max_length=PURPOSE_CHARACTERS, blank=True)
    contact_email = models.EmailField(max_length=254, blank=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, null=True, related_name="service_users")
    grants_text = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    disabled_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    objects = ServiceUserQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("tenant"), Lower("name"), F("id"), name="service_user_by_name"),
            models.Index(fields=["tenant"], condition=Q(deleted_at__isnull=False), name="service_user_deleted"),
            models.Index(fields=["tenant"], condition=Q(disabled_at__isnull=False), name="service_user_disabled"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> Ref:
        return Ref("service_user", str(self.pk), self.name)

    @property
    def grants(self) -> Grants:
        """Its own, beside its role's."""
        return Grants.parse(self.grants_text, limit=None)

    @property
    def rights(self) -> Grants:
        """All that it may do now."""
        return (self.role.grants if self.role else EMPTY) | self.grants


class ServiceUserManagerQuerySet(models.QuerySet["ServiceUserManager"]):
    def of(self, service_user_id: UUID) -> Self:
        return self.filter(service_user_id=service_user_id)

    def live(self) -> Self:
        """Whoever left or is suspended looks after nothing."""
        return self.filter(membership__ended_at=None, membership__suspended_at=None, membership__user__is_active=True)

    def current(self) -> Self:
        return self.filter(membership__ended_at=None)

    def with_people(self) -> Self:
        return self.select_related("membership__user", "membership__role").order_by("id")


class ServiceUserManager(models.Model):
    """Somebody who looks after a service user. When they leave, the service user and its tokens stay."""

    service_user = models.ForeignKey(ServiceUser, on_delete=models.CASCADE, related_name="managers")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="manages")

    objects = ServiceUserManagerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service_user", "membership"], name="service_user_manager_once")]

    def __str__(self) -> str:
        return f"{self.membership_id} manages {self.service_user_id}"

    @property
    def is_live(self) -> bool:
        one = self.membership
        return one.ended_at is None and one.suspended_at is None and one.user.is_active
