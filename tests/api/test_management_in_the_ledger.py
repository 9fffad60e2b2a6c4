"""Whatever a management credential does in a tenant is in that tenant's ledger, through whichever door it came."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Tenant
from audit import clock, record, tallies
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.api.frontegg.vendor import RESOURCES, TENANT_TOKENS, USER_TOKENS, Vendor, vendor
from tests.api.managing import API, MAX, MEMBER, TENANT, USER, Backend, backend
from tests.api.oauth import introspect
from tests.cast import Cast

ROLES, PERMISSIONS = f"{RESOURCES}/roles/v1", f"{RESOURCES}/permissions/v1"


@pytest.fixture
def by(cast: Cast) -> Backend:
    """A backend with a tenant of its own, in which nothing is noted yet."""
    made = backend()
    made.bring_max()
    return forgotten(made)


MANAGED: dict[str, Callable[[Backend], Any]] = {
    "read a tenant": lambda by: by.get(TENANT),
    "the same tenant again": lambda by: by.put(TENANT, {"name": "Umbrella"}),
    "list its members": lambda by: by.get(f"{TENANT}/members"),
    "the same member again": lambda by: by.put(MEMBER, {"role": "developer"}),
    "suspend a member": lambda by: by.post(f"{MEMBER}/suspend"),
    "remove a member": lambda by: by.delete(MEMBER),
    "a member who is not there": lambda by: by.delete(f"{TENANT}/members/u-99"),
    "suspend it": lambda by: by.post(f"{TENANT}/suspend"),
    "delete it": lambda by: by.delete(f"{TENANT}?confirm=umbrella"),
    "hand a person over": lambda by: by.hand_over(),
    "list its tokens": lambda by: by.get(f"{API}/tokens", x_tenant_id="t-17"),
    "read its ledger": lambda by: by.get(f"{API}/ledger", x_tenant_id="t-17"),
}


@pytest.mark.parametrize("use", MANAGED)
def test_each_use_of_our_own_api_is_noted(by: Backend, use: str) -> None:
    MANAGED[use](by)
    assert noted(str(by.issued.credential.pk)) == 1


@pytest.mark.parametrize(
    ("method", "path", "user"),
    [
        ("GET", TENANT_TOKENS, ""),
        ("GET", USER_TOKENS, "u-4"),
        ("GET", USER_TOKENS, "u-99"),
        ("GET", ROLES, ""),
        ("GET", PERMISSIONS, ""),
        ("POST", ROLES, ""),
        ("GET", f"{RESOURCES}/tenants/access-tokens/v1", ""),
    ],
)
def test_each_use_of_fronteggs_addresses_is_noted(by: Backend, method: str, path: str, user: str) -> None:
    asking = vendor().of("t-17", user)
    asking.call(method, path, [] if method == "POST" else None)
    assert sum(counts()) == 1


def test_what_names_no_tenant_is_noted_in_none(cast: Cast, by: Backend) -> None:
    issued = factories.token(cast.marc.actor)
    asking = vendor()
    answers = [
        by.get(f"{API}/management/tenants"),
        by.put(USER, MAX),
        by.get(USER),
        asking.call("GET", ROLES),
        asking.call("GET", f"{RESOURCES}/vendor-only/tenants/access-tokens/v1/active"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert introspect(by.basic, issued.secret.value).json()["active"]
    assert not Event.objects.filter(action=Action.CREDENTIAL_USED).exists()


def test_the_first_use_is_there_at_once_and_others_are_counted(by: Backend) -> None:
    with clock.at(clock.now()):
        for _ in range(5):
            assert by.get(TENANT).status_code == 200
        assert counts() == [1]
        tallies.flush()
        assert counts() == [5]
        tallies.flush()
        assert counts() == [5]


def test_after_the_first_a_use_costs_no_statement(by: Backend) -> None:
    named: Vendor = vendor().of("t-17")
    with clock.at(clock.now()):
        named.call("GET", TENANT_TOKENS)
        with CaptureQueriesContext(connection) as again:
            assert named.call("GET", TENANT_TOKENS).status_code == 200
    assert not [one["sql"] for one in again if "audit_event" in one["sql"]]


def test_a_database_that_is_away_loses_no_count(by: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(bucket: str, times: int) -> None:
        raise OperationalError("away")

    with clock.at(clock.now()):
        for _ in range(3):
            by.get(TENANT)
        with monkeypatch.context() as broken:
            broken.setattr(record, "add", away)
            tallies.flush()
        by.get(TENANT)
        tallies.flush()
    assert counts() == [4]


def forgotten(by: Backend) -> Backend:
    Event.objects.filter(action=Action.CREDENTIAL_USED).delete()
    tallies.forget()
    return by


def noted(credential_id: str) -> int:
    tenant = Tenant.objects.get(slug="umbrella")
    found = Event.objects.of_tenant(tenant.pk).filter(action=Action.CREDENTIAL_USED, actor_id=credential_id)
    return sum(event.count for event in found)


def counts() -> list[int]:
    tenant = Tenant.objects.get(slug="umbrella")
    found = Event.objects.of_tenant(tenant.pk).filter(action=Action.CREDENTIAL_USED)
    return [event.count for event in found]
