"""Thousands of calls that nobody thought of, made up from the OpenAPI document, each with every check of schemathesis:
no 5xx, no answer that the document does not know, nothing that is done without authority."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.db.models import Model
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

from accounts import invitations, resources, roles
from accounts.models import Invitation, Role, ServiceUser, ServiceUserManager, Tenant
from accounts.resources import Said
from api import limits
from api.rest.app import document
from audit import clock
from tests import factories
from tests.cast import Cast
from tests.examples import IN_CI
from tests.tokens.offering import sent_long_ago
from tokens import offers
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.models import Token

CALLS = 10_000 if IN_CI else 500  # with those that the checks send besides, also judged
OPERATIONS = 50
EACH = -(-CALLS // OPERATIONS)
AUTHORISED = EACH * 3 // 4  # one made-up call leads to about one and a half
UNAUTHORISED = EACH // 10 if IN_CI else 8
# The calls that schemathesis takes from the document itself are some twenty for each operation: once is enough here.
PHASES = [phase for phase in Phase if IN_CI or phase is not Phase.explicit]

MANAGEMENT = "^/api/v1/(management/|portal-sessions$)"  # another kind of credential, see test_management_made_up

# What a schema cannot say, a verb does: that a date is past, that a cursor was never handed out.
ACCEPTED = ["2xx", "401", "403", "404", "409", "422"]
CONFIG = SchemathesisConfig.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}})

type Case = schemathesis.Case[Any]


class Counted:
    """The portal, how often it was called, and how often it did what it was asked."""

    def __init__(self) -> None:
        self.portal = get_wsgi_application()
        self.calls = self.done = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.calls += 1

        def noted(status: str, *more: Any) -> Any:
            self.done += status.startswith("2")
            return start_response(status, *more)

        return self.portal(environ, noted)


app = Counted()
document_of_all = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=CONFIG)
schema = document_of_all.exclude(path_regex=MANAGEMENT)


@schema.hook
def filter_query(context: schemathesis.HookContext, query: dict[str, Any] | None) -> bool:
    """Nothing, and a list of nothing, leave no trace in an address: what is said to be wrong never arrives."""
    return all(_is_sent(value) for value in (query or {}).values())


def _is_sent(value: Any) -> bool:
    return any(one is not None for one in value) if isinstance(value, list) else value is not None


# With CI=true the same calls for the same code: what fails is what was changed.
made_up = settings(max_examples=AUTHORISED, derandomize=IN_CI, deadline=None, suppress_health_check=list(HealthCheck))


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
    """With all that a viewer has, or it could make nobody one."""
    people = "members:write roles:write service-users:write service-users:create"
    ours = f"tokens:write {people} policy:write resources:write ledger:read"
    return factories.token(cast.olivia.actor, f"{ours} assets:write {roles.built_in('viewer').grants}")


@pytest.fixture
def unable(cast: Cast) -> Issued:
    return factories.token(cast.victor.actor, "assets:read")


@pytest.fixture
def target(cast: Cast) -> Issued:
    """Somebody else's token in the same tenant, one that waits for them, somebody who was asked in, and a resource."""
    invitations.invite("noor@acme.test", role=roles.built_in("viewer"), by=cast.olivia.actor)
    resources.put(Said("group", "eu-1"), by=cast.olivia.actor)
    offers.make(factories.draft("assets:read", member=cast.marc.membership), by=cast.olivia.actor)
    return factories.token(cast.marc.actor, "assets:write projects:read", name="Somebody else's")


@pytest.fixture
def enough_calls() -> Iterator[None]:
    """As many as were promised, whatever the library makes of its settings, and not only refused ones."""
    before, done = app.calls, app.done
    yield
    assert app.calls - before >= EACH
    assert app.done - done >= AUTHORISED // 20


def test_the_calls_are_spread_over_every_operation() -> None:
    tokens_own = [methods for path, methods in document()["paths"].items() if not re.match(MANAGEMENT, path)]
    assert sum(map(len, tokens_own)) == OPERATIONS


@schema.parametrize()
@made_up
def test_every_answer_is_a_documented_one(case: Case, able: Issued, target: Issued, enough_calls: None) -> None:
    _aim(case, target)
    Token.objects.filter(pk=able.token.pk).update(
        revoked_at=None, ends_at=able.token.ends_at
    )  # it may end all there are
    case.call_and_validate(headers=_bearer(able))


@schema.parametrize()
@settings(made_up, max_examples=UNAUTHORISED, phases=PHASES)
def test_nothing_is_done_without_authority(case: Case, unable: Issued, target: Issued) -> None:
    """Reading what is its own or everybody's is all that such a token does, whatever is sent."""
    _aim(case, target)
    before = list(Token.objects.order_by("pk").values())
    answer = case.call_and_validate(headers=_bearer(unable))
    assert case.method == "GET" or answer.status_code >= 400
    assert str(target.token.pk) not in answer.text
    assert list(Token.objects.order_by("pk").values()) == before


def _aim(case: Case, target: Issued) -> None:
    """Further than a schema alone leads: to an id that exists, and in every other good body to what can be granted."""
    Tenant.objects.update(token_rules="{}")  # no policy that was made up before refuses what comes now
    for name, find in THERE.items():
        if _is_id(case.path_parameters.get(name)):
            case.path_parameters[name] = str(find(target.token, case.path).pk)
    is_most = len(str(case.path_parameters)) % 4 > 0
    if "external_id" in case.path_parameters and is_most:
        case.path_parameters = {"type": "group", "external_id": "eu-1"}
    is_good = case.meta is not None and case.meta.generation.mode.is_positive
    if is_good and isinstance(case.body, dict) and "role" in case.body:
        case.body = {**case.body, "role": "viewer"}
    elif is_good and isinstance(case.body, dict) and len(str(case.body)) % 2:
        end = {"lifetime": "7d"} if case.path.endswith("/tokens") else {}
        case.body = _granted(case.body, target) | end


def _revive(token: Token) -> None:
    """Who revokes several may revoke itself."""
    Token.objects.filter(pk=token.pk).update(revoked_at=None, ends_at=token.ends_at)


def _a_token(target: Token, path: str) -> Model:
    if not path.endswith("/renew"):
        return target
    sent_long_ago()
    return Token.objects.filter(claim_until__isnull=False).earliest("id")


def _an_invitation(target: Token, path: str) -> Model:
    """Its mail went out long ago, so that it may again."""
    Invitation.objects.update(sent_at=clock.now() - timedelta(days=1))
    return Invitation.objects.earliest("id")


def _a_role(target: Token, path: str) -> Model:
    return Role.objects.get_or_create(tenant_id=target.tenant_id, key="made-up", defaults={"name": "Made up"})[0]


def _a_service_user(target: Token, path: str) -> Model:
    worker, _ = ServiceUser.objects.get_or_create(tenant_id=target.tenant_id, name="Made up")
    ServiceUserManager.objects.get_or_create(service_user=worker, membership=target.membership)
    ServiceUser.objects.update(deleted_at=None, disabled_at=None)
    return worker


def _a_member(target: Token, path: str) -> Model:
    assert target.membership
    return target.membership


THERE: dict[str, Callable[[Token, str], Model]] = {  # what the ids in paths may name
    "token_id": _a_token,
    "member_id": _a_member,
    "invitation_id": _an_invitation,
    "role_id": _a_role,
    "service_user_id": _a_service_user,
}


def _is_id(text: object) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


def _granted(body: dict[str, Any], target: Issued) -> dict[str, Any]:
    """A scope that there is, networks that are some, words that can be shown, no end that is past."""
    if "resources" in body:
        return {"resources": [{"type": "group", "external_id": f"eu-{n}"} for n in range(len(body["resources"]))]}
    if isinstance(body.get("rules"), dict):
        kinds = {name: {**body["rules"].get(name, {}), "max_days": 30} for name in Kind}
        return {"rules": {**body["rules"], **kinds, "forbidden": "", "per_person": None}}
    texts = ("name", "description", "purpose")
    words = {name: "".join(filter(str.isprintable, body.get(name, ""))) or "0" for name in texts}
    people = {"manager_ids": [str(target.token.membership_id)], "contact_email": "", "role_id": None}
    possible = {"scope": "assets:read", "networks": [], **words, **people}
    return {name: possible.get(name, value) for name, value in body.items() if name != "expires_at"}


def _bearer(issued: Issued) -> dict[str, str]:
    limits.forget()  # one of the checks sends wrong tokens, all from one address
    return {"Authorization": f"Bearer {issued.secret.value}"}
