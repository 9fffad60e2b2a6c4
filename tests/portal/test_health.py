"""The two probes: no name, no cookie, no account, and never a wrong yes."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from portal import health


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


@pytest.fixture
def dead_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def cursor() -> None:
        raise OperationalError("hidden.example.com refused")

    monkeypatch.setattr(connection, "cursor", cursor)


def test_livez_answers_without_a_database(client: Client) -> None:
    response = client.get("/livez")
    assert (response.status_code, response.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_readyz_answers_when_the_database_does(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.mark.usefixtures("dead_database")
def test_readyz_says_503_without_details_when_the_database_is_away(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert b"hidden" not in response.content


@pytest.mark.django_db
def test_readyz_says_503_while_migrations_are_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "unapplied", lambda: ["tokens.0002_later"])
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_probe_needs_no_host_name_and_gets_no_cookie(client: Client, path: str) -> None:
    response = client.get(path, headers={"host": "10.1.2.3:8000"})
    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
