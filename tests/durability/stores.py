"""A database for one installation, of the kind that the tests run on, and a look into it from outside."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

WAIT_SECONDS = 20


@contextmanager
def store(folder: Path, like: str = "") -> Iterator[str]:
    """The address of a database: a file, or one more on the server of the test run. It is gone afterwards.

    It is empty, or begins as a copy of the one at the address `like`, which nobody is connected to.
    """
    server = os.environ.get("PORTAL_TEST_DATABASE_URL", "")
    if not server.startswith("postgresql:"):
        file = folder / "portal.sqlite3"
        if like:
            shutil.copy(like.removeprefix("sqlite:///"), file)
        yield f"sqlite:///{file}"
        return
    name = f"installation_{uuid4().hex}"
    pattern = like.rpartition("/")[2] or "template1"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(pattern))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(create)
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def connect(address: str) -> Any:
    """A connection past Django."""
    if address.startswith("sqlite:"):
        return sqlite3.connect(address.removeprefix("sqlite:///"), timeout=WAIT_SECONDS, autocommit=True)
    return psycopg.connect(address, autocommit=True)


def rows(address: str, query: str) -> list[tuple[Any, ...]]:
    with closing(connect(address)) as connection:
        return [tuple(row) for row in connection.execute(query).fetchall()]


def ids(address: str, query: str) -> list[UUID]:
    """The first column as UUIDs: SQLite keeps some as 32 digits, the ledger all as 36, PostgreSQL has a type."""
    return [UUID(str(row[0])) for row in rows(address, query)]


@contextmanager
def held(address: str) -> Iterator[None]:
    """Nobody else can write a token for as long as this lasts."""
    begin = "BEGIN IMMEDIATE" if address.startswith("sqlite:") else "BEGIN; LOCK TABLE tokens_token IN EXCLUSIVE MODE"
    with closing(connect(address)) as connection:
        connection.execute(begin)
        yield
        connection.execute("ROLLBACK")


@contextmanager
def away(address: str) -> Iterator[None]:
    """No token can be read for as long as this lasts: the table has another name, or whoever asks waits too long."""
    with closing(connect(address)) as connection:
        if not address.startswith("sqlite:"):
            connection.execute("BEGIN; LOCK TABLE tokens_token IN ACCESS EXCLUSIVE MODE")
            yield
            connection.execute("ROLLBACK")
            return
        connection.execute("ALTER TABLE tokens_token RENAME TO tokens_away")
        try:
            yield
        finally:
            connection.execute("ALTER TABLE tokens_away RENAME TO tokens_token")
