"""How a secret is kept: twice, both one-way.

* `hash`: argon2id without a key. It outlives the loss of any key, and is asked only then.
* `tag`: HMAC-SHA-256 under a server key, over id, tenant, kind and secret. It decides in microseconds: a secret of 256
  random bits needs no slow hash (NIST SP 800-63B section 5.1.2, look-up secrets).

A thief of the database has neither key nor secret; whoever can write to it cannot forge a tag.
"""

import hmac
from dataclasses import dataclass
from functools import cached_property
from threading import BoundedSemaphore
from uuid import UUID

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from django.conf import settings

from tokens.kinds import AnyKind, PlatformKind
from tokens.secret import Secret

# OWASP's minimum for argon2id. Memory is in KiB.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, salt_len=16, type=Type.ID)
_ONE_AT_A_TIME = BoundedSemaphore(1)  # 32 argon2 checks at once took 879 MB: never a lever for a flood

NO_TAG = "0" * 64


@dataclass(frozen=True, slots=True)
class Sealed:
    """What of a secret goes into the database."""

    hash: str
    tag: str
    key_id: str


@dataclass(frozen=True)
class Owner:
    """What a tag is bound to: moving a row to another tenant or kind breaks it."""

    token_id: UUID
    tenant_id: UUID
    kind: AnyKind

    @classmethod
    def of_the_platform(cls, credential_id: UUID) -> "Owner":
        """No tenant has the id of zeros."""
        return cls(credential_id, UUID(int=0), PlatformKind.MANAGEMENT)

    @cached_property
    def message(self) -> bytes:
        """Its part of what a tag is made from; kept, as the owner in a row that was read before is the same object."""
        return _joined(self.token_id.bytes, self.tenant_id.bytes, self.kind.encode())


def newest_key() -> tuple[str, bytes]:
    """What new tags are made with: its id and the key."""
    return next(iter(settings.TOKEN_TAG_KEYS.items()))


def seal(secret: Secret, owner: Owner) -> Sealed:
    """About 20 ms of argon2: call it before a transaction opens."""
    key_id, key = newest_key()
    return Sealed(HASHER.hash(secret.value), tag(secret, owner, key), key_id)


def tag(secret: Secret, owner: Owner, key: bytes) -> str:
    """Hex. Every part is preceded by its length, so no two sets of parts give one message."""
    return hmac.digest(key, owner.message + _joined(secret.value.encode()), "sha256").hex()


def is_right(secret: Secret, owner: Owner, sealed: Sealed) -> bool:
    """Compare in constant time. An unknown key is refused, unless the operator declared it lost."""
    key = settings.TOKEN_TAG_KEYS.get(sealed.key_id)
    if key is not None:
        return hmac.compare_digest(tag(secret, owner, key), sealed.tag)
    waste_the_same_time(secret, owner)
    return sealed.key_id in settings.TOKEN_TAG_KEYS_LOST and _slowly_right(secret, sealed.hash)


def needs_new_tag(sealed: Sealed) -> bool:
    """After a key was lost or replaced: whoever has just seen the right secret can write the tag anew."""
    key_id, _ = newest_key()
    return sealed.key_id != key_id


def waste_the_same_time(secret: Secret, owner: Owner) -> None:
    """The work of a comparison, for an id that does not exist."""
    _, key = newest_key()
    hmac.compare_digest(tag(secret, owner, key), NO_TAG)


def _slowly_right(secret: Secret, hashed: str) -> bool:
    with _ONE_AT_A_TIME:
        try:
            return HASHER.verify(hashed, secret.value)
        except (VerificationError, InvalidHashError):
            return False


def _joined(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(2) + part for part in parts)
