"""Credentials whose secret was proven in this process lately, so that the proof need not be made again.

What is kept is a keyed digest, never the secret, beside the row that it was proven against. The row is read at every
check as ever, and the proof counts only while each byte of it is the same: a token that was revoked, narrowed or given
another secret has another row.
"""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

from tokens.at_rest import newest_key
from tokens.check_query import Row

REMEMBERED = 4096  # about 200 bytes each, beside the rows, which `check_query` remembers

_known: dict[bytes, "Proof"] = {}


class Proof(NamedTuple):
    """`row` worked from `since` on, and nothing that it says ends that before `until`."""

    row: Row
    since: datetime
    until: datetime

    def holds(self, row: Row | None, now: datetime) -> bool:
        return row is self.row and self.since <= now < self.until


def recall(digest: bytes) -> Proof | None:
    return _known.get(digest)


def keep(digest: bytes, row: Row, now: datetime) -> None:
    """Of a row that works now."""
    if len(_known) >= REMEMBERED:
        _known.clear()
    _known[digest] = Proof(row, now, row.facts.end or datetime.max.replace(tzinfo=UTC))


def forget() -> None:
    """For tests."""
    _known.clear()


def digest_of(credential: str) -> bytes:
    """With the key of today's tags: under another one everything is proven anew."""
    _, key = newest_key()
    written = credential.encode(errors="surrogatepass")
    return blake2b(written, key=key[: blake2b.MAX_KEY_SIZE], digest_size=32).digest()
