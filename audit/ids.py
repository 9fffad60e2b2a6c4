"""Identifiers that sort by the time they were made (UUIDv7, RFC 9562 sections 5.7 and 6.2, method 1)."""

import os
from random import getrandbits
from threading import Lock, local
from uuid import UUID

from audit import clock

UNNAMED = "req_0000000000000000"  # of the length of every name: what is made once for many requests has this one

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_COUNTER_TOP = (1 << 12) - 1
_SEED_MASK = (1 << 11) - 1  # a new millisecond starts in the lower half: room to count
_RANDOM_MASK = (1 << 62) - 1


class _Counter:
    """Ids of one process and one millisecond keep the order in which they were made: a ledger is read in it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._milliseconds = 0
        self._count = 0

    def next(self, milliseconds: int, seed: int) -> int:
        with self._lock:
            if milliseconds != self._milliseconds:
                self._milliseconds, self._count = milliseconds, seed & _SEED_MASK
            else:
                self._count = min(self._count + 1, _COUNTER_TOP)  # beyond 2,048 only the random bits differ
            return self._count


_counter = _Counter()


def uuid7() -> UUID:
    """48 bits of milliseconds, a 12-bit counter, 62 random bits. Python ships one only from 3.14 on."""
    random = int.from_bytes(os.urandom(10))
    milliseconds = int(clock.now().timestamp() * 1000)
    count = _counter.next(milliseconds, random >> 64)
    return UUID(int=milliseconds << 80 | _VERSION | count << 64 | _VARIANT | random & _RANDOM_MASK)


def request_id() -> str:
    """A name for one request: in its answer, the ledger, the log. It has to be unique, not secret.

    This thread logs under it until the next one.
    """
    name = f"req_{getrandbits(64):016x}"
    in_hand.name = name
    return name


class _InHand(local):
    """The request that a thread works on, or worked on last."""

    name = "-"


in_hand = _InHand()
