"""The two databases the portal runs on, with the options that keep its promises."""

from pathlib import Path
from typing import Any

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"
OWN_POSTGRESQL = "portal.postgresql"
BUSY_SECONDS = 20
STATEMENT_MILLISECONDS = 15_000
LOCK_MILLISECONDS = 5_000
IDLE_TRANSACTION_MILLISECONDS = 30_000
JOINS_PLANNED = 4  # tables tried in every order; a list joins ten by their keys, and its plan took longer than its rows
RANDOM_PAGE_COST = 1.1  # a page anywhere against the next one, on a disk without a needle: lists are read by indexes
PREPARED_AFTER = 5  # only of statements that ask for it, as the check's does: Django's own never are
CONNECT_SECONDS = 5
POOL = {"min_size": 1, "max_size": 8, "timeout": 5}  # seconds a request waits for a connection before it is told 503


def database(url: str) -> dict[str, Any]:
    """Django's description of the database at `url`; ValueError when unusable, without the url: it holds a password."""
    try:
        described: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError):
        raise ValueError("must be an address: postgresql://user:password@host/name or sqlite:///file.") from None
    if described["ENGINE"] == SQLITE:
        return _embedded(described)
    if described["ENGINE"] == POSTGRESQL:
        return _server(described)
    raise ValueError("must name PostgreSQL or SQLite.")


def _embedded(described: dict[str, Any]) -> dict[str, Any]:
    if described["NAME"] in ("", ":memory:"):
        raise ValueError("must name a file: a database in memory forgets every token.")
    file = BASE_DIR / described["NAME"]  # the folder a command was started from changes nothing
    file.parent.mkdir(parents=True, exist_ok=True)
    described["NAME"] = str(file)
    # Each thread keeps its connection: opening one and making it durable costs ten times what a check's query does.
    described["CONN_MAX_AGE"] = None
    described["TEST"] = {"NAME": str(file)}  # in memory, threads and processes could not share it as they do here
    described["OPTIONS"] = {
        **described.get("OPTIONS", {}),
        # A transaction takes the write lock at its beginning: an upgrade in its middle cannot wait and fails at once.
        "transaction_mode": "IMMEDIATE",
        "timeout": BUSY_SECONDS,
        # FULL: what was answered survives a power cut. Django itself switches foreign keys on.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
    }
    return described


def _server(described: dict[str, Any]) -> dict[str, Any]:
    told = {
        "statement_timeout": STATEMENT_MILLISECONDS,
        "lock_timeout": LOCK_MILLISECONDS,
        "idle_in_transaction_session_timeout": IDLE_TRANSACTION_MILLISECONDS,
        "join_collapse_limit": JOINS_PLANNED,
        "random_page_cost": RANDOM_PAGE_COST,
    }
    asked: dict[str, Any] = described.get("OPTIONS", {})
    ours = " ".join(f"-c {name}={value}" for name, value in told.items())
    described["OPTIONS"] = {
        "prepare_threshold": PREPARED_AFTER,
        "connect_timeout": CONNECT_SECONDS,
        **asked,
        "options": f"{ours} {asked.get('options', '')}".rstrip(),  # an operator's stand last, and count
        "pool": POOL,
    }
    described["CONN_MAX_AGE"] = 0  # connections live in the pool
    described["ENGINE"] = OWN_POSTGRESQL
    return described
