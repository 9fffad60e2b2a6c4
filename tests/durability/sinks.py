"""A guard over the whole suite: no secret that any test had made is in the database or the log when the test ends.

A pytest plugin: it has to see the database before fixtures are torn down.
"""

import logging
from collections.abc import Generator
from functools import wraps

import pytest
from django.db import Error, connection

from portal.logs import LineFormatter
from tests.durability.sediment import PIECES, unpacked
from tokens import secret
from tokens.secret import Secret

SESSIONS = "accounts_session"
MOST_SECRETS = 200  # of one test; those made first, where a property test makes thousands

_minted: list[str] = []
_mint = secret.mint


@wraps(_mint)
def _remembering() -> Secret:
    made = _mint()
    _minted.append(made.value)
    return made


class _Log(logging.Handler):
    """Lines as the portal writes them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(LineFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def pytest_configure() -> None:
    secret.mint = _remembering


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """From before the first fixture: people and their tokens are made there."""
    _minted.clear()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    log = _Log()
    logging.getLogger().addHandler(log)
    try:
        result = yield
    finally:
        logging.getLogger().removeHandler(log)
    secrets = [text.encode() for text in _minted[:MOST_SECRETS]]
    if secrets and _may_ask(item):
        assert not tables_with(secrets), "a secret is in the database"
    assert not [line for line in log.lines for one in secrets if one in line.encode()], "a secret is in the log"
    return result


def _may_ask(item: pytest.Item) -> bool:
    """Whether the test has a database: pytest-django forbids it to all others."""
    fixtures: set[str] = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"})


def tables_with(secrets: list[bytes]) -> set[str]:
    try:
        tables = set(connection.introspection.table_names()) - {PIECES}
    except Error:
        return set()  # a test about a database that is away, or that broke its transaction on purpose
    return {table for table in tables if _holds(table, secrets)}


def _holds(table: str, secrets: list[bytes]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
        cells = [cell for row in cursor.fetchall() for cell in row if isinstance(cell, str | dict)]
    text = b"\n".join(unpacked(cells) if table == SESSIONS else (str(cell).encode() for cell in cells))
    return any(one in text for one in secrets)
