"""The guard over the suite finds what it looks for."""

from collections.abc import Callable

import pytest

from accounts.models import Tenant
from accounts.sessions import SessionStore
from audit.models import Event
from tests import factories
from tests.cast import Cast
from tests.durability.sinks import tables_with

KEPT = "kept-by-mistake"


def in_a_name(cast: Cast) -> None:
    Tenant.objects.filter(pk=cast.acme.pk).update(name=f"The secret is {KEPT}")


def in_a_session(cast: Cast) -> None:
    session = SessionStore()
    session["seen"] = [KEPT, "more" * 100]
    session.save()


def in_the_ledger(cast: Cast) -> None:
    factories.token(cast.marc.actor)
    Event.objects.update(detail={"before": {"name": KEPT}})


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("leak", "table"),
    [(in_a_name, "accounts_tenant"), (in_a_session, "accounts_session"), (in_the_ledger, "audit_event")],
)
def test_a_secret_in_a_table_is_found(cast: Cast, leak: Callable[[Cast], None], table: str) -> None:
    assert tables_with([KEPT.encode()]) == set()
    leak(cast)
    assert tables_with([KEPT.encode()]) == {table}
