"""People."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts import readable
from accounts.models.external_ids import EXTERNAL_ID_CHARACTERS, valid_external_id
from audit import clock
from audit.ids import uuid7
from audit.record import Ref


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

    `time_zone` is where they read dates. `external_id` is what the vendor's own product calls the person, if it brought
    them here.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=100)
    external_id = models.CharField(
        max_length=EXTERNAL_ID_CHARACTERS, null=True, blank=True, unique=True, validators=[valid_external_id]
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    is_platform_admin = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]
        indexes = [models.Index(fields=["id"], condition=Q(is_active=False), name="user_closed")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        readable.must_be(self.name, "name")

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def ref(self) -> Ref:
        return Ref("user", str(self.pk), self.name)


def initials(name: str) -> str:
    """Two letters for the avatar: first of the first and of the last word."""
    words = name.split()
    return "".join(word[0] for word in [words[0], *words[1:][-1:]]).upper() if words else "?"
