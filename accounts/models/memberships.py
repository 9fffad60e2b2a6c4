"""Who belongs where."""

from collections.abc import Collection
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models.roles import Role
from accounts.models.tenants import Tenant
from accounts.models.users import User
from audit import clock
from audit.ids import uuid7
from audit.record import Ref

LISTING_CHARACTERS = 600  # 100 of a name, each folded to at most three, and 254 of an address


def listing_of(user: User) -> str:
    """What members are sorted by and found by: name, then e-mail address, in one case."""
    return f"{user.name} {user.email}".casefold()[:LISTING_CHARACTERS]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self) -> Self:
        """Neither removed nor suspended."""
        return self.filter(ended_at=None, suspended_at=None)

    def ended(self) -> Self:
        return self.filter(ended_at__isnull=False)

    def of_closed_accounts(self) -> Self:
        return self.filter(user__in=User.objects.filter(is_active=False))

    def active(self) -> Self:
        """Whose accounts are open."""
        return self.filter(user__is_active=True)

    def holding(self, role_ids: list[UUID]) -> Self:
        return self.filter(role_id__in=role_ids)

    def by_name(self) -> Self:
        return self.select_related("tenant", "role", "user").order_by(Lower("user__name"), "id")

    def current(self) -> Self:
        """Not removed: suspended ones are told so instead of being sent away."""
        return self.filter(ended_at=None)

    def of(self, user_id: UUID) -> Self:
        return self.filter(user_id=user_id)

    def in_tenant(self, tenant: Tenant) -> Self:
        return self.filter(tenant=tenant)

    def in_tenants(self, ids: Collection[UUID]) -> Self:
        return self.filter(tenant_id__in=ids)

    def with_role(self, role_id: UUID) -> Self:
        return self.filter(role_id=role_id)

    def suspended(self) -> Self:
        return self.current().filter(suspended_at__isnull=False)

    def having(self, role: Role) -> Self:
        return self.filter(role=role)

    def owning(self) -> Self:
        return self.filter(role__tenant=None, role__key="owner")

    def administering(self) -> Self:
        return self.live().filter(role__tenant=None, role__key__in=["owner", "admin"])

    def with_everything(self) -> Self:
        return self.select_related("tenant", "role", "user").order_by(Lower("tenant__name"), "id")


class Membership(models.Model):
    """A user in a tenant. Removal ends the row; a new invitation makes a new one, so old tokens never revive.

    `listed_as` is `listing_of` the user, kept by `memberships`: by the users' own names a list of ten thousand members
    would be sorted anew for each page, in 13 ms, and searched in 20.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships")
    listed_as = models.CharField(max_length=LISTING_CHARACTERS, default="", editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "tenant"], condition=Q(ended_at=None), name="membership_one_current_per_tenant"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("created_at")), name="membership_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "listed_as", "id"], condition=Q(ended_at=None), name="membership_by_name"),
            models.Index(fields=["tenant"], condition=Q(ended_at__isnull=False), name="membership_ended"),
            models.Index(fields=["tenant"], condition=Q(suspended_at__isnull=False), name="membership_suspended"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.tenant_id}"

    @property
    def is_live(self) -> bool:
        """Neither removed nor suspended, nor is the person's account closed."""
        return self.ended_at is None and self.suspended_at is None and self.user.is_active

    @property
    def is_open(self) -> bool:
        """Whether its person can work there now: neither they nor the tenant are suspended. For current ones."""
        return self.suspended_at is None and self.tenant.suspended_at is None

    @property
    def ref(self) -> Ref:
        return Ref("user", str(self.user_id), self.user.name)
