"""What a client gets its next JWT with, without its secret."""

from django.db import models

from audit import clock
from audit.ids import uuid7
from tokens.models.token import Token
from tokens.sets import RefreshTokenQuerySet


class RefreshToken(models.Model):
    """Good once. Its row goes when it is used; `digest` is all that is kept of it, and ids are in order of issue."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = RefreshTokenQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["token", "id"], name="refresh_token_in_order")]

    def __str__(self) -> str:
        return str(self.pk)
