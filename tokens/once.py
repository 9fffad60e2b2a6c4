"""A request that is sent twice makes one token: the first answer is remembered under the sender's own key."""

import hashlib
import json
from datetime import timedelta

from django.core.exceptions import ValidationError

from accounts.access import Actor
from audit import clock
from tokens.drafts import Draft
from tokens.models import IdempotencyKey, Token

IDEMPOTENCY_LIFETIME = timedelta(hours=24)


class AlreadyIssued(Exception):
    """The same request was answered before. Its secret was shown then and cannot be shown again."""

    def __init__(self, token: Token) -> None:
        self.token = token
        super().__init__("This request was answered before.")


def remember(key: str, draft: Draft, token: Token, by: Actor) -> None:
    """So that the same request again is known."""
    if not key:
        return
    IdempotencyKey.objects.filter(actor_id=by.ref.id, created_at__lt=clock.now() - IDEMPOTENCY_LIFETIME).delete()
    IdempotencyKey.objects.create(actor_id=by.ref.id, key=key, digest=_digest(draft, by), token=token)


def is_used(key: str, by: Actor) -> bool:
    """Whether an idempotency key was sent before, and counts still."""
    since = clock.now() - IDEMPOTENCY_LIFETIME
    return bool(key) and IdempotencyKey.objects.filter(actor_id=by.ref.id, key=key, created_at__gte=since).exists()


def repeated(key: str, draft: Draft, by: Actor) -> Exception:
    """Which of the two a used idempotency key means."""
    earlier = IdempotencyKey.objects.select_related("token").get(actor_id=by.ref.id, key=key)
    if earlier.digest == _digest(draft, by):
        return AlreadyIssued(earlier.token)
    return ValidationError(
        "This form has made a token already. Open a new one to create another.", code="idempotency_key_reused"
    )


def _digest(draft: Draft, by: Actor) -> str:
    """Of what was asked for and where, not of when: the end moves with the clock between two identical requests."""
    words = [draft.kind, draft.name, draft.description, str(draft.grants), draft.expiry, draft.networks]
    more: list[object] = [draft.form, sorted(str(role.pk) for role in draft.roles), draft.metadata]
    more += [str(one.pk) for one in (draft.service_user, draft.member) if one]
    return hashlib.sha256(json.dumps([str(by.tenant_id), *words, *more], sort_keys=True).encode()).hexdigest()
