"""When the database is away nothing can be known: 503, never 401, never 200, and no stack trace."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from tests import factories
from tests.cast import Cast
from tokens import check_query
from tokens.lifecycle import Issued

ME = "/api/v1/me"


@pytest.fixture
def client() -> Client:
    """As a server: an error is an answer."""
    return Client(raise_request_exception=False)


@pytest.fixture
def issued(cast: Cast) -> Issued:
    return factories.token(cast.marc.actor)


@pytest.fixture(params=[OperationalError, InterfaceError])
def away(request: pytest.FixtureRequest, issued: Issued) -> Iterator[None]:
    """The database is gone until the test is over: what clears up after it needs one."""

    def cursor(*args: Any, **kwargs: Any) -> None:
        raise request.param("connection to db.internal refused")

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(connection, "cursor", cursor)
        broken.setattr(check_query, "one_row", cursor)  # which has a cursor of its own
        yield


@pytest.mark.usefixtures("away")
def test_a_good_token_is_told_to_try_again(issued: Issued, client: Client) -> None:
    answer = client.get(ME, headers={"Authorization": f"Bearer {issued.secret.value}"})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer["Retry-After"]) > 0
    assert "WWW-Authenticate" not in answer
    assert "db.internal" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


@pytest.mark.usefixtures("away")
def test_what_is_no_token_is_known_without_a_database(client: Client) -> None:
    assert client.get(ME, headers={"Authorization": "Bearer nonsense"}).status_code == 401


@pytest.mark.usefixtures("away")
def test_a_page_says_so_too(client: Client) -> None:
    cookie = {"Cookie": "session=abcdefghijklmnopqrstuvwxyz012345"}
    answer = client.get("/t/acme/settings/developers/tokens/", headers=cookie)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "db.internal" not in answer.content.decode()


def test_any_other_error_of_ours_is_a_500_without_details(
    issued: Issued, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("api.auth.verify", broken)
    answer = client.get(ME, headers={"Authorization": f"Bearer {issued.secret.value}"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret detail" not in answer.content.decode()
