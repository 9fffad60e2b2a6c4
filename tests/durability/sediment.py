"""Everything that an installation keeps, as bytes to search through, with what is packed unpacked."""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from tests.durability.stores import connect

PIECES = "accounts_search_pieces"  # hashes of three characters each, in an index that gives no rows
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


def rows_of(database: str) -> Iterator[tuple[str, bytes]]:
    """Every row of every table, with the table's name: ledger, sessions, cache, whatever there is."""
    with closing(connect(database)) as connection:
        for (table,) in connection.execute(TABLES[database.partition(":")[0]]).fetchall():
            if table == PIECES:
                continue
            for row in connection.execute(f'SELECT * FROM "{table}"').fetchall():  # noqa: S608 - its own tables
                yield table, b"\n".join(unpacked(row))


def files_of(database: str) -> Iterator[tuple[str, bytes]]:
    """The file of an embedded database with its companions; deleted rows are still in there."""
    if database.startswith("sqlite:"):
        file = Path(database.removeprefix("sqlite:///"))
        yield from ((path.name, path.read_bytes()) for path in file.parent.glob(f"{file.name}*"))


def unpacked(cells: Iterable[object]) -> Iterator[bytes]:
    """Each cell as it is, and what is inside: sessions are signed and compressed, cache entries base64 of a pickle."""
    for cell in cells:
        text = json.dumps(cell, default=str, ensure_ascii=False).strip('"')
        yield text.encode()
        packed = text.partition(":")[0]
        with suppress(binascii.Error, ValueError):
            inside = base64.urlsafe_b64decode(packed.lstrip(".") + "=" * (-len(packed.lstrip(".")) % 4))
            yield zlib.decompress(inside) if packed.startswith(".") else inside
