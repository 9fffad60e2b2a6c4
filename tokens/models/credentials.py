"""The platform's own credentials: what the vendor's backend and its protected API hold."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit import clock
from audit.ids import uuid7
from audit.record import Ref
from tokens import secret
from tokens.at_rest import Owner, Sealed
from tokens.kinds import PlatformKind
from tokens.models.token import NAME_CHARACTERS, REASON_CHARACTERS
from tokens.rights import Right, in_order
from tokens.sets import CredentialQuerySet


class ManagementCredential(models.Model):
    """A client id and secret of the platform. It belongs to no tenant, and is no token: what it may do are its rights.

    `form_key` is what a repeated create is recognised by.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=NAME_CHARACTERS)
    rights_text = models.CharField(max_length=200)
    form_key = models.CharField(max_length=64, unique=True, null=True)

    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=REASON_CHARACTERS, blank=True)

    secret_hash = models.TextField()
    secret_tag = models.CharField(max_length=64)
    tag_key_id = models.CharField(max_length=32)

    last_used_at = models.DateTimeField(null=True)
    last_used_address = models.CharField(max_length=45, blank=True)
    last_used_client = models.CharField(max_length=200, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(rights_text=""), name="credential_has_rights")]

    def __str__(self) -> str:
        return f"{self.name} ({self.short_id})"

    @property
    def ref(self) -> Ref:
        return Ref("management", str(self.pk), self.name)

    @property
    def owner(self) -> Owner:
        return Owner.of_the_platform(self.pk)

    @property
    def sealed(self) -> Sealed:
        return Sealed(self.secret_hash, self.secret_tag, self.tag_key_id)

    @property
    def rights(self) -> list[Right]:
        return in_order(self.rights_text.split())

    @property
    def short_id(self) -> str:
        return self.pk.hex[-8:]

    @property
    def hint(self) -> str:
        return secret.hint(settings.TOKEN_BRAND, PlatformKind.MANAGEMENT, self.pk)

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None
