"""Identifiers that sort by the time they were made (UUIDv7, RFC 9562 section 5.7)."""

import os
from uuid import UUID

from audit import clock

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_RANDOM_A = (1 << 12) - 1
_RANDOM_B = (1 << 62) - 1


def uuid7() -> UUID:
    """48 bits of milliseconds, then 74 random bits. Python ships one only from 3.14 on."""
    milliseconds = int(clock.now().timestamp() * 1000)
    random = int.from_bytes(os.urandom(10))
    return UUID(int=milliseconds << 80 | _VERSION | ((random >> 62) & _RANDOM_A) << 64 | _VARIANT | random & _RANDOM_B)
