"""What signs JWTs, and which JWTs were given up."""

from django.db import models
from django.db.models import Q

from audit import clock
from audit.ids import uuid7
from audit.record import Ref
from tokens.key_at_rest import SealedKey
from tokens.sets import SigningKeyQuerySet
from tokens.signatures import Algorithm


class SigningKey(models.Model):
    """A key that signs JWTs. Its id is the `kid`; the public part is in clear, the private part is encrypted.

    It signs from `activates_at` until another of its algorithm does, and is published and honoured until `retires_at`.
    `replaced_at` is when the other one begins. `needed_until` is the end of the last JWT it signed that lives as long
    as its token does. The newest has no end yet; the constraint makes two processes that begin at once agree on it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    algorithm = models.CharField(max_length=5, choices=[(each.value, each.value) for each in Algorithm])
    public_pem = models.TextField()
    sealed_private = models.TextField(blank=True)
    encryption_key_id = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    activates_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    retires_at = models.DateTimeField(null=True)
    needed_until = models.DateTimeField(null=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["algorithm"], condition=Q(retires_at__isnull=True), name="signing_key_one_newest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.algorithm} {self.kid}"

    @property
    def kid(self) -> str:
        return str(self.pk)

    @property
    def ref(self) -> Ref:
        return Ref("signing_key", self.kid, self.algorithm)

    @property
    def sealed(self) -> SealedKey:
        return SealedKey(self.sealed_private, self.encryption_key_id)


class RevokedJwt(models.Model):
    """A JWT that its client gave up before its time. Kept until it would have ended by itself."""

    jti = models.UUIDField(primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.jti)
