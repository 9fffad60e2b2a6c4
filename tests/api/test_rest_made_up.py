"""Thousands of calls that nobody thought of, made up from the OpenAPI document, each with every check of schemathesis:
no 5xx, no answer that the document does not know, nothing that is done without authority."""

import os
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from api import limits
from api.rest.app import document
from tests import factories
from tests.cast import Cast
from tokens.lifecycle import Issued
from tokens.models import Token

CALLS = 10_000 if os.environ.get("CI") == "true" else 2_000
WITH_INPUT = 8  # operations that take anything; about the others nothing can vary, they are called a few times
EACH = -(-CALLS // WITH_INPUT)
UNAUTHORISED = EACH // 5

MANAGEMENT = "^/api/v1/(management/|portal-sessions$)"  # another kind of credential, see test_management_made_up

# What a schema cannot say, a verb does: that a date is past, that a cursor was never handed out.
ACCEPTED = ["2xx", "401", "403", "404", "409", "422"]
CONFIG = SchemathesisConfig.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}})


class Counted:
    """The portal, and how often it was called."""

    def __init__(self) -> None:
        self.portal = get_wsgi_application()
        self.calls = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.calls += 1
        return self.portal(environ, start_response)


app = Counted()
document_of_all = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=CONFIG)
schema = document_of_all.exclude(path_regex=MANAGEMENT)
made_up = settings(max_examples=EACH, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests end with their connection, and so with the transaction of a test: switched off as in Django's client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def able(cast: Cast) -> Issued:
    return factories.token(cast.olivia.actor, "tokens:write members:read roles:read ledger:read assets:write")


@pytest.fixture
def unable(cast: Cast) -> Issued:
    return factories.token(cast.victor.actor, "assets:read")


@pytest.fixture
def target(cast: Cast) -> Issued:
    """Somebody else's token in the same tenant."""
    return factories.token(cast.marc.actor, "assets:write projects:read", name="Somebody else's")


@pytest.fixture
def enough_calls(request: pytest.FixtureRequest) -> Iterator[None]:
    """As many as were promised, whatever the library makes of its settings."""
    before = app.calls
    yield
    takes_input = "tokens" in request.node.name or "members" in request.node.name or "ledger" in request.node.name
    assert not takes_input or app.calls - before >= EACH


def test_the_calls_are_spread_over_every_operation_that_takes_input() -> None:
    paths = {path: methods for path, methods in document()["paths"].items() if not re.match(MANAGEMENT, path)}
    operations = [one for methods in paths.values() for one in methods.values()]
    assert sum(bool(one["parameters"] or "requestBody" in one) for one in operations) == WITH_INPUT
    assert EACH * WITH_INPUT >= CALLS


@schema.parametrize()
@made_up
def test_every_answer_is_a_documented_one(
    case: schemathesis.Case, able: Issued, target: Issued, enough_calls: None
) -> None:
    _aim(case, target)
    case.call_and_validate(headers=_bearer(able))


@schema.parametrize()
@settings(made_up, max_examples=UNAUTHORISED)
def test_nothing_is_done_without_authority(case: schemathesis.Case, unable: Issued, target: Issued) -> None:
    _aim(case, target)
    before = list(Token.objects.order_by("pk").values())
    answer = case.call_and_validate(headers=_bearer(unable))
    assert case.method == "GET" or answer.status_code >= 400
    assert str(target.token.pk) not in answer.text
    assert list(Token.objects.order_by("pk").values()) == before


def _aim(case: schemathesis.Case, target: Issued) -> None:
    """A made-up id is nobody's: where it is an id at all, it becomes one that exists."""
    try:
        UUID(str(case.path_parameters["token_id"]))
    except (KeyError, ValueError):
        return
    case.path_parameters["token_id"] = str(target.token.pk)


def _bearer(issued: Issued) -> dict[str, str]:
    limits.forget()  # one of the checks sends wrong tokens, all from one address
    return {"Authorization": f"Bearer {issued.secret.value}"}
