"""Who is signed in where."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models

from accounts.devices import device_of
from accounts.models.users import User


class SessionQuerySet(models.QuerySet["Session"]):
    def of(self, user_id: UUID) -> Self:
        """Those that a person has used; one that never asked for a page has nothing to show."""
        return self.filter(user_id=user_id, public_id__isnull=False)

    def in_use(self, now: datetime, seen_since: datetime) -> Self:
        return self.filter(expire_date__gt=now, seen_at__gte=seen_since).order_by("-seen_at", "public_id")


class Session(AbstractBaseSession):
    """A browser's session, with what its person may see of it beside it. Its key is the cookie and shown to nobody."""

    public_id = models.UUIDField(null=True, db_index=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, blank=True)
    client = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Any] = BaseSessionManager.from_queryset(SessionQuerySet)()

    def __str__(self) -> str:
        return f"Session {self.public_id}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        from accounts.sessions import SessionStore  # which asks for this class

        return SessionStore

    @property
    def device(self) -> str:
        return device_of(self.client)
