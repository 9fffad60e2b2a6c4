"""Throttle of wrong credentials, per client address, in this process's memory.

Only well-formed tokens with a wrong or unknown secret count. Good tokens are never held up: behind a shared address
somebody else's mistakes would stop them. What is limited is how often an address may be told that it is wrong.
"""

import time
from collections import OrderedDict
from threading import Lock

from accounts.origin import neighbourhood

FAILURES_PER_WINDOW = 60
WINDOW_SECONDS = 60
ADDRESSES_REMEMBERED = 10_000

_failures: OrderedDict[str, tuple[float, int]] = OrderedDict()
_lock = Lock()


def count_failure(address: str) -> int:
    """Count one failure; returns the seconds to wait when there were too many, else 0."""
    now, address = time.monotonic(), neighbourhood(address)
    with _lock:
        since, count = _failures.pop(address, (now, 0))
        if now - since >= WINDOW_SECONDS:
            since, count = now, 0
        _failures[address] = (since, count + 1)
        if len(_failures) > ADDRESSES_REMEMBERED:
            _failures.popitem(last=False)
    return max(1, int(since + WINDOW_SECONDS - now)) if count >= FAILURES_PER_WINDOW else 0


def forget() -> None:
    """Start counting anew; for tests."""
    with _lock:
        _failures.clear()
