"""Django's sessions in the database, with a column for whose they are: a person can see their own and end them.

What is shown beside a session travels inside it, so that a new key (after signing in, after a confirmed password) keeps
it. It is written when the session is written anyway, at most once a minute; see `accounts.middleware`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import transaction

from accounts import signing_in
from accounts.access import Actor, PermissionDenied
from accounts.models import Session, SessionQuerySet, User
from audit import clock
from audit.actions import Action

PUBLIC_ID = "public_id"
LAST_SEEN = "last_seen"
ADDRESS = "address"
CLIENT = "client"


class SessionStore(DatabaseSessions):
    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.user_id = UUID(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.public_id = UUID(data[PUBLIC_ID]) if PUBLIC_ID in data and row.user_id else None
        row.seen_at = datetime.fromtimestamp(data[LAST_SEEN], UTC) if LAST_SEEN in data else None
        row.address, row.client = data.get(ADDRESS, ""), data.get(CLIENT, "")
        return row


def of(user: User) -> SessionQuerySet:
    """Where a person is signed in now, the last one seen first."""
    now = clock.now()
    found: SessionQuerySet = Session.objects.of(user.pk).in_use(now, now - _idle())
    return found


def end(public_id: UUID, *, by: Actor) -> bool:
    """Sign one of one's own sessions out. False for any other, and for one that has ended."""
    return bool(_end(_own(by).filter(public_id=public_id), by))


def end_others(kept: str, *, by: Actor) -> int:
    """Sign out everywhere but in the session with the public id `kept`; how many there were."""
    return _end(_own(by).exclude(public_id=kept or None), by)


def drop_others(user: User, kept_key: str | None) -> None:
    """After another password: whoever knew the old one is out, and nothing of theirs is left in the list."""
    Session.objects.filter(user=user).exclude(session_key=kept_key).delete()


def _own(by: Actor) -> SessionQuerySet:
    if by.user is None or by.by_proxy:
        raise PermissionDenied(by, None, "Sessions belong to people.")
    found: SessionQuerySet = Session.objects.of(by.user.pk)
    return found


def _end(sessions: SessionQuerySet, by: Actor) -> int:
    assert by.user
    with transaction.atomic():
        count, _ = sessions.delete()
        if count:
            signing_in.note(Action.SESSIONS_ENDED, by.user, by.origin, sessions=count)
    return count


def _idle() -> timedelta:
    return timedelta(seconds=settings.SESSION_IDLE_SECONDS)
