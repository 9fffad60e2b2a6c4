"""People, tenants, roles and who belongs where."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.grants import Grants
from audit import clock
from audit.ids import uuid7
from audit.record import Ref

EXTERNAL_ID_CHARACTERS = 128

valid_external_id = RegexValidator(r"^[A-Za-z0-9._~:@-]{1,128}\Z", "Use 1 to 128 of letters, digits and . _ ~ : @ -")
valid_slug = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z", "Use 1 to 40 of a-z, 0-9 and hyphens, no hyphen at either end."
)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None) -> "User":
        """A person who can sign in; without a password only after setting one by a one-time link."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in by e-mail. Rights come from memberships, never from the user.

    `external_id` is what the vendor's own product calls the person, if it brought them here.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=100)
    external_id = models.CharField(
        max_length=EXTERNAL_ID_CHARACTERS, null=True, blank=True, unique=True, validators=[valid_external_id]
    )
    is_active = models.BooleanField(default=True)
    is_platform_admin = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def ref(self) -> Ref:
        return Ref("user", str(self.pk), self.name)


class Tenant(models.Model):
    """A customer organisation. `slug` is part of every address and immutable; `external_id` is the vendor's own.

    `token_rules` belongs to tokens.policy, which alone reads and writes it. It lies on the tenant's row because every
    check and every page reads that row anyway: a table of its own would cost each of them a join or a query.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=40, unique=True, validators=[valid_slug])
    name = models.CharField(max_length=100)
    external_id = models.CharField(
        max_length=EXTERNAL_ID_CHARACTERS, null=True, blank=True, unique=True, validators=[valid_external_id]
    )
    token_rules = models.TextField(default="{}")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    suspended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
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

    @property
    def ref(self) -> Ref:
        return Ref("tenant", str(self.pk), self.name)


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


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self) -> Self:
        """Neither removed nor suspended."""
        return self.filter(ended_at=None, suspended_at=None)

    def current(self) -> Self:
        """Not removed: suspended ones are told so instead of being sent away."""
        return self.filter(ended_at=None)

    def of(self, user_id: UUID) -> Self:
        return self.filter(user_id=user_id)

    def in_tenant(self, tenant: Tenant) -> Self:
        return self.filter(tenant=tenant)

    def owning(self) -> Self:
        return self.filter(role__tenant=None, role__key="owner")

    def administering(self) -> Self:
        return self.live().filter(role__tenant=None, role__key__in=["owner", "admin"])

    def with_everything(self) -> Self:
        return self.select_related("tenant", "role", "user").order_by(Lower("tenant__name"), "id")


class Membership(models.Model):
    """A user in a tenant. Removal ends the row; a new invitation makes a new one, so old tokens never revive."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships")
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

    def __str__(self) -> str:
        return f"{self.user_id} in {self.tenant_id}"

    @property
    def ref(self) -> Ref:
        return Ref("user", str(self.user_id), self.user.name)

    def is_live_at(self, moment: datetime) -> bool:
        return self.suspended_at is None and (self.ended_at is None or self.ended_at > moment)


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


def initials(name: str) -> str:
    """Two letters for the avatar: first of the first and of the last word."""
    words = name.split()
    return "".join(word[0] for word in [words[0], *words[1:][-1:]]).upper() if words else "?"
