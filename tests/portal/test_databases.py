"""What the database really does, asked of the one the tests run on."""

import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from portal.databases import (
    JOINS_PLANNED,
    LOCK_MILLISECONDS,
    RANDOM_PAGE_COST,
    STATEMENT_MILLISECONDS,
    database,
)
from tests.portal.operator import manage


def ask(question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.postgres
def test_the_promised_options_are_in_force() -> None:
    if connection.vendor == "sqlite":
        told = {name: ask(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")}
        assert told == {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
    else:
        assert ask("SHOW statement_timeout") == f"{STATEMENT_MILLISECONDS // 1000}s"
        assert ask("SHOW lock_timeout") == f"{LOCK_MILLISECONDS // 1000}s"
        assert ask("SHOW join_collapse_limit") == str(JOINS_PLANNED)
        assert ask("SHOW random_page_cost") == str(RANDOM_PAGE_COST)
        assert ask("SHOW transaction_isolation") == "read committed"


def test_what_an_operator_asks_of_postgresql_takes_nothing_away() -> None:
    described = database("postgresql://u:p@db/portal?currentSchema=tokens&application_name=portal")
    options = described["OPTIONS"]
    assert options["options"].endswith("-c search_path=tokens")
    assert f"-c statement_timeout={STATEMENT_MILLISECONDS}" in options["options"]
    assert options["application_name"] == "portal"


def test_migrate_alone_makes_everything_the_portal_keeps(production: dict[str, str], tmp_path: Path) -> None:
    migrated = manage("migrate", "-v0", environ=production)
    assert migrated.returncode == 0, migrated.stderr
    with sqlite3.connect(tmp_path / "portal.sqlite3") as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    database.close()
    assert {"portal_cache", "accounts_session", "accounts_user"} <= tables


def test_models_and_migrations_agree(production: dict[str, str]) -> None:
    compared = manage("makemigrations", "--check", "--dry-run", environ=production)
    assert compared.returncode == 0, compared.stdout
