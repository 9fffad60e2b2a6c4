"""Last use: remembered without a write, flushed in batches, never backwards, never lost to a database that is away."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from audit import clock
from tests import factories
from tests.cast import Cast
from tests.tokens.rows import row
from tokens import usage
from tokens.models import Token
from tokens.verification import verify

pytestmark = pytest.mark.postgres

HERE = "192.0.2.1"


def test_a_use_is_not_written_before_the_flush_and_then_is(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    at = clock.now()
    with clock.at(at):
        verify(issued.secret.value, address=HERE, client="curl/8.14.1")
    issued.token.refresh_from_db()
    assert issued.token.last_used_at is None
    assert usage.flush() == 1
    issued.token.refresh_from_db()
    assert issued.token.last_used_at == at
    assert (issued.token.last_used_address, issued.token.last_used_client) == (HERE, "curl/8.14.1")


def test_a_flush_forgets_what_it_wrote(cast: Cast) -> None:
    usage.note(factories.token(cast.marc.actor).token.pk, address=HERE, client="")
    assert (usage.flush(), usage.flush()) == (1, 0)


def test_of_many_uses_only_the_newest_is_written(cast: Cast) -> None:
    token = factories.token(cast.marc.actor).token
    for number in range(100):
        usage.note(token.pk, address=f"192.0.2.{number}", client="")
    with CaptureQueriesContext(connection) as queries:
        assert usage.flush() == 1
    assert len([query for query in queries if query["sql"].startswith("UPDATE")]) == 1
    token.refresh_from_db()
    assert token.last_used_address == "192.0.2.99"


def test_a_flush_never_moves_a_last_use_backwards(cast: Cast) -> None:
    token, now = factories.token(cast.marc.actor).token, clock.now()
    for moment, address in [(now, "192.0.2.1"), (now - timedelta(minutes=1), "192.0.2.2"), (now, "192.0.2.3")]:
        with clock.at(moment):
            usage.note(token.pk, address=address, client="")
        usage.flush()
    token.refresh_from_db()
    assert (token.last_used_at, token.last_used_address) == (now, "192.0.2.1")


def test_a_flush_writes_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "ROWS_PER_TRANSACTION", 4)
    tokens = _used_rows(cast, 10)
    with CaptureQueriesContext(connection) as queries:
        assert usage.flush() == 10
    assert len([query for query in queries if query["sql"].startswith("SAVEPOINT")]) == 3
    assert Token.objects.used().count() == len(tokens)


@pytest.mark.parametrize("error", [OperationalError("database is locked"), InterfaceError("connection already closed")])
def test_what_could_not_be_written_is_written_at_the_next_flush(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(usage, "ROWS_PER_TRANSACTION", 4)
    _used_rows(cast, 10)
    with monkeypatch.context() as broken:
        broken.setattr(usage, "_write", _Failing(usage._write, error, at=2))
        assert usage.flush() == 4
    assert Token.objects.used().count() == 4
    assert usage.flush() == 6
    assert Token.objects.used().count() == 10


def test_a_newer_use_during_a_failing_flush_is_not_overwritten(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    token = factories.token(cast.marc.actor).token
    usage.note(token.pk, address="192.0.2.1", client="")

    def failing(uses: object) -> None:
        usage.note(token.pk, address="192.0.2.2", client="")
        raise OperationalError("away")

    with monkeypatch.context() as broken:
        broken.setattr(usage, "_write", failing)
        assert usage.flush() == 0
    usage.flush()
    token.refresh_from_db()
    assert token.last_used_address == "192.0.2.2"


@pytest.mark.parametrize("client", ["x" * 5000, "é" * 300])
def test_a_clients_name_is_cut_to_what_fits(cast: Cast, client: str) -> None:
    issued = factories.token(cast.marc.actor)
    verify(issued.secret.value, address=HERE, client=client)
    usage.flush()
    issued.token.refresh_from_db()
    assert issued.token.last_used_client == client[:200]


def test_a_check_writes_nothing(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(5):
            verify(issued.secret.value, address=HERE)
    assert not [query["sql"] for query in queries if not query["sql"].strip().startswith("SELECT")]


def test_a_token_that_no_longer_exists_hurts_nobody(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    usage.note(UUID(int=1), address=HERE, client="")
    usage.note(issued.token.pk, address=HERE, client="")
    usage.flush()
    issued.token.refresh_from_db()
    assert issued.token.last_used_address == HERE


class _Failing:
    """The real writer, but for one call."""

    def __init__(self, real: object, error: Exception, *, at: int) -> None:
        self.real, self.error, self.left = real, error, at

    def __call__(self, uses: list[tuple[UUID, usage.Use]]) -> None:
        self.left -= 1
        if not self.left:
            raise self.error
        self.real(uses)  # type: ignore[operator]


def _used_rows(cast: Cast, count: int) -> list[Token]:
    tokens = Token.objects.bulk_create(row(cast.acme) for _ in range(count))
    for token in tokens:
        usage.note(token.pk, address=HERE, client="")
    return tokens
