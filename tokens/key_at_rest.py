"""How a private key is kept: encrypted with AES-256-GCM under a key of its own, from the environment.

A thief of the database can sign nothing. The ciphertext is bound to its key id and algorithm: moved to another row it
does not open.
"""

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tokens import signatures
from tokens.signatures import KEYS_CACHE, Algorithm, PrivateKey

NONCE_BYTES = 12


class Unreadable(Exception):
    """The private key is there, and what opens it is not."""


@dataclass(frozen=True, slots=True)
class SealedKey:
    """What of a private key goes into the database: base64, and which of JWT_KEY_ENCRYPTION opens it."""

    text: str
    key_id: str


def seal(key: PrivateKey, kid: UUID, algorithm: Algorithm) -> SealedKey:
    """Under the first key of JWT_KEY_ENCRYPTION."""
    key_id, encryption = next(iter(settings.JWT_KEY_ENCRYPTION.items()))
    nonce = os.urandom(NONCE_BYTES)
    closed = AESGCM(encryption).encrypt(nonce, signatures.private_bytes(key), _bound_to(kid, algorithm))
    return SealedKey(b64encode(nonce + closed).decode("ascii"), key_id)


def unseal(sealed: SealedKey, kid: UUID, algorithm: Algorithm) -> PrivateKey:
    """Raises Unreadable, with a sentence for the operator."""
    encryption = settings.JWT_KEY_ENCRYPTION.get(sealed.key_id)
    if encryption is None:
        raise Unreadable(
            f"JWT_KEY_ENCRYPTION lacks the key {sealed.key_id!r}, which opens the signing key {kid}. Give it back, or "
            f"run `manage.py rotate_signing_key {algorithm} --at-once`."
        )
    return _opened(sealed.text, encryption, kid, algorithm)


@lru_cache(maxsize=KEYS_CACHE)
def _opened(text: str, encryption: bytes, kid: UUID, algorithm: Algorithm) -> PrivateKey:
    """Memoised by everything it depends on: parsing an RSA key takes longer than signing with it."""
    data = b64decode(text)
    try:
        der = AESGCM(encryption).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _bound_to(kid, algorithm))
    except InvalidTag:
        raise Unreadable(f"The signing key {kid} was changed, or JWT_KEY_ENCRYPTION holds another key.") from None
    return signatures.private_key(der)


def _bound_to(kid: UUID, algorithm: Algorithm) -> bytes:
    return kid.bytes + algorithm.encode("ascii")
