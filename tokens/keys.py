"""What happens to signing keys: made on first need, rotated with an overlap, published.

A new key is published before it signs, so that every verifier that keeps a copy of the key set has it in time; the old
one stays published until the last JWT it signed has ended.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.access import OPERATOR, Actor
from audit import clock
from audit.actions import Action
from audit.ids import uuid7
from audit.record import Origin, record
from tokens import key_at_rest, signatures
from tokens.jwt_shapes import LONGEST
from tokens.key_at_rest import SealedKey
from tokens.models import NEVER, SigningKey
from tokens.one_row import Select, moment, one_row
from tokens.signatures import KEYS_CACHE, Algorithm, PrivateKey

JWKS_SECONDS = 300  # how long a verifier may keep the key set
LEAD = timedelta(minutes=10)
"""From being published to signing: twice what a verifier may keep."""

KEPT = LONGEST + timedelta(minutes=5)
"""From the last signature to being forgotten; more than a JWT's life, as no two machines agree on the time."""

DAY_SECONDS = 24 * 60 * 60
MEANWHILE = "Somebody else has just made another key of this algorithm."


# As `SigningKey.objects.of(?1).signing(?2)`, which takes longer than the signature. A test holds the two equal.
_SIGNING = Select(
    "k.id, k.sealed_private, k.encryption_key_id, k.needed_until",
    f"""{SigningKey._meta.db_table} k
    WHERE k.algorithm = ?1 AND k.activates_at <= ?2 AND (k.retires_at IS NULL OR k.retires_at > ?2)
    ORDER BY k.activates_at DESC, k.id DESC LIMIT 1""",
)


class State(StrEnum):
    """Where a key stands, in words."""

    WAITING = "Published"
    SIGNING = "Signing"
    LEAVING = "Still honoured"
    RETIRED = "Retired"


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key in memory, with the name under which verifiers find its public part."""

    kid: str
    algorithm: Algorithm
    private_key: PrivateKey
    needed_until: datetime | None = None


def signer(algorithm: Algorithm, now: datetime) -> Signer:
    """The key that signs at `now`; there is one from the first call on. Raises key_at_rest.Unreadable."""
    text = one_row(_SIGNING, (algorithm.value, now))
    if text is None:
        return signer(algorithm, max(now, _first(algorithm).activates_at))
    kid, sealed, key_id, needed_until = _understood(text)
    private_key = key_at_rest.unseal(SealedKey(sealed, key_id), kid, algorithm)
    return Signer(str(kid), algorithm, private_key, needed_until)


def keep(signer: Signer, *, until: int | None) -> None:
    """Promise to honour a key until a JWT that it is about to sign has ended; `until` in seconds, None is for ever.

    Rounded up to whole days: a credential that asks for a JWT each second writes nothing. The two statements are in
    this order, so that a rotation between them is seen by the second, and one after them sees the first.
    """
    end = NEVER if until is None else _next_day(until) + KEPT
    if signer.needed_until and signer.needed_until >= end:
        return  # promised already, and a rotation keeps the promise
    key = SigningKey.objects.filter(pk=signer.kid)
    key.needed_less_than(end).update(needed_until=end)
    key.published(clock.now()).leaving_before(end).update(retires_at=end)


def public_jwks() -> dict[str, list[dict[str, str]]]:
    """RFC 7517 section 5: every key that may have signed a living JWT, and those that soon sign."""
    keys = _published()
    return {"keys": [signatures.public_jwk(Algorithm(key.algorithm), key.public_pem, key.kid) for key in keys]}


def public_pem(algorithm: Algorithm) -> str:
    """For clients that take one key and no set: the one that signs now."""
    now = clock.now()
    return (SigningKey.objects.of(algorithm).signing(now).first() or _first(algorithm)).public_pem


def rotate(algorithm: Algorithm, *, by: Actor, at_once: bool = False) -> SigningKey:
    """Make the next key. It signs after LEAD; until then the old one does, and is honoured for KEPT longer, or until
    the last JWT has ended that lives as long as its token.

    `at_once` is for a key that leaked or cannot be read: the new one signs now and every JWT of the old ones is refused
    from now on. Raises ValidationError while an earlier rotation still waits.
    """
    by.must_govern("Signing keys are")
    now, key = clock.now(), signatures.generate(algorithm)  # before the transaction: RSA takes 100 ms
    start = now if at_once else now + LEAD
    try:
        with transaction.atomic():
            _retire(algorithm, now=now, start=start, at_once=at_once)
            made = _create(algorithm, key, start)
            detail = {"at_once": at_once, "signs_from": start.isoformat(timespec="seconds")}
            record(Action.SIGNING_KEY_ROTATED, by=by.ref, origin=by.origin, tenant_id=None, on=made.ref, **detail)
    except IntegrityError:
        raise ValidationError(MEANWHILE) from None
    return made


def state(key: SigningKey, now: datetime) -> State:
    if key.retires_at is not None and key.retires_at <= now:
        return State.RETIRED
    if key.activates_at > now:
        return State.WAITING
    is_replaced = key.replaced_at is not None and key.replaced_at <= now
    return State.LEAVING if is_replaced else State.SIGNING


def _published() -> list[SigningKey]:
    """Of every algorithm, so that a key is known to verifiers before its first signature."""
    now = clock.now()
    keys = list(SigningKey.objects.published(now).order_by("id"))
    missing = [algorithm for algorithm in Algorithm if algorithm not in {key.algorithm for key in keys}]
    return [*keys, *(_first(algorithm) for algorithm in missing)]


def _first(algorithm: Algorithm) -> SigningKey:
    """The first key of an algorithm. Of two processes at once one makes it; the constraint tells the other."""
    key, now = signatures.generate(algorithm), clock.now()
    try:
        with transaction.atomic():
            made = _create(algorithm, key, now)
            record(Action.SIGNING_KEY_MADE, by=OPERATOR, origin=Origin(), tenant_id=None, on=made.ref)
    except IntegrityError:
        return SigningKey.objects.of(algorithm).newest().get()
    return made


def _create(algorithm: Algorithm, key: PrivateKey, start: datetime) -> SigningKey:
    kid = uuid7()
    sealed = key_at_rest.seal(key, kid, algorithm)
    return SigningKey.objects.create(
        id=kid,
        algorithm=algorithm.value,
        public_pem=signatures.public_pem(key),
        sealed_private=sealed.text,
        encryption_key_id=sealed.key_id,
        created_at=clock.now(),
        activates_at=start,
    )


def _retire(algorithm: Algorithm, *, now: datetime, start: datetime, at_once: bool) -> None:
    """End what signs now. Of two rotations at once the second finds no key to replace, or one that waits."""
    keys = SigningKey.objects.of(algorithm)
    newest = keys.newest().select_for_update().first()
    if newest is None:
        if not keys.exists():
            return
        raise ValidationError(MEANWHILE)
    if newest.activates_at > now and not at_once:
        raise ValidationError("The next key is published already and waits for its turn. Rotate again after that.")
    end = max(start + KEPT, newest.needed_until or start)
    if at_once:
        keys.published(now).update(retires_at=now, replaced_at=now)
    else:
        keys.newest().update(retires_at=end, replaced_at=start)
    keys.replaced(now).update(sealed_private="")


@lru_cache(maxsize=KEYS_CACHE)
def _understood(text: str) -> tuple[UUID, str, str, datetime | None]:
    kid, sealed, key_id, needed_until = json.loads(text)
    return UUID(kid), sealed, key_id, moment(needed_until) if needed_until else None


def _next_day(seconds: int) -> datetime:
    return datetime.fromtimestamp(-(-seconds // DAY_SECONDS) * DAY_SECONDS, UTC)
