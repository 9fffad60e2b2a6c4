"""Codes of one-time links: 256 random bits, of which SHA-256 is kept. There is nothing to guess, so nothing slow is
needed.
"""

import secrets
from hashlib import sha256

CODE_BYTES = 32


def draw() -> str:
    """A new code, 43 characters that an address can hold: hand it out once and forget it."""
    return secrets.token_urlsafe(CODE_BYTES)


def digest(code: str) -> str:
    """What is kept of it: 64 hexadecimal digits."""
    return sha256(code.encode()).hexdigest()
