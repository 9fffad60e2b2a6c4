"""The only way into the ledger: never outside a transaction, always whole, floods summed."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from audit import clock, record
from audit.actions import Action
from audit.models import Event
from audit.record import Origin, Ref

WHO = Ref("user", str(UUID(int=7)), "Olivia")
WHAT = Ref("token", str(UUID(int=8)), "Nightly")
ORIGIN = Origin("192.0.2.1", "Firefox", "req_1")
TENANT = uuid4()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(RuntimeError, match="must be recorded in the transaction"):
        record.record(Action.TOKEN_ISSUED, by=WHO, origin=ORIGIN, tenant_id=TENANT)
    with pytest.raises(RuntimeError, match="in the transaction"):
        record.record_each(Action.TOKEN_REVOKED, [WHAT], by=WHO, origin=ORIGIN, tenant_id=TENANT)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_goes_with_the_transaction_that_it_tells_of() -> None:
    with pytest.raises(ValueError, match="changed my mind"), transaction.atomic():
        record.record(Action.TOKEN_ISSUED, by=WHO, origin=ORIGIN, tenant_id=TENANT)
        raise ValueError("changed my mind")
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_row_says_who_did_what_to_which_from_where() -> None:
    event = record.record(Action.TOKEN_REVOKED, by=WHO, origin=ORIGIN, tenant_id=TENANT, on=WHAT, reason="lost")
    event.refresh_from_db()
    assert (event.kind, event.sentence, event.tenant_id) == (Action.TOKEN_REVOKED, "Token revoked", TENANT)
    assert (event.actor_kind, event.actor_id, event.actor_label) == ("user", WHO.id, "Olivia")
    assert (event.target_kind, event.target_id, event.target_label) == ("token", WHAT.id, "Nightly")
    assert (event.address, event.client, event.request_id) == ("192.0.2.1", "Firefox", "req_1")
    assert (event.detail, event.count, event.bucket) == ({"reason": "lost"}, 1, None)


@pytest.mark.django_db
def test_what_is_too_long_is_cut_and_never_lost() -> None:
    long = Ref("user", "1", "L" * 1000)
    event = record.record(Action.SIGNED_IN, by=long, origin=Origin("", "C" * 1000), tenant_id=None, on=long)
    assert (len(event.actor_label), len(event.target_label), len(event.client)) == (254, 254, 200)


@pytest.mark.django_db
def test_one_deed_on_many_things_is_a_row_for_each() -> None:
    refs = [Ref("token", str(number), f"T{number}") for number in range(3)]
    record.record_each(Action.TOKEN_REVOKED, refs, by=WHO, origin=ORIGIN, tenant_id=TENANT, reason="all")
    found = Event.objects.of_tenant(TENANT).order_by("id")
    assert [(one.target_id, one.detail) for one in found] == [(ref.id, {"reason": "all"}) for ref in refs]


@pytest.mark.django_db
def test_a_flood_is_one_row_that_counts() -> None:
    with clock.at(clock.now()):
        for _ in range(250):
            _fail()
    assert [event.count for event in Event.objects.all()] == [250]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"by": Ref("unknown", "other", "x")},
        {"origin": Origin("192.0.2.2")},
        {"tenant_id": uuid4()},
        {"action": Action.REAUTHENTICATION_FAILED},
    ],
    ids=lambda other: next(iter(other)),
)
def test_only_the_same_from_the_same_is_summed(other: dict[str, object]) -> None:
    with clock.at(clock.now()):
        _fail()
        _fail(**other)
    assert [event.count for event in Event.objects.all()] == [1, 1]


@pytest.mark.django_db
def test_another_minute_is_another_row() -> None:
    minute = clock.now().replace(second=59, microsecond=0)
    for moment, rows in [(minute, 1), (minute + timedelta(milliseconds=999), 1), (minute + timedelta(seconds=1), 2)]:
        with clock.at(moment):
            _fail()
        assert Event.objects.count() == rows


@pytest.mark.django_db
def test_everything_but_a_flood_is_written_each_time() -> None:
    with clock.at(clock.now()):
        for _ in range(3):
            record.record(Action.SIGNED_IN, by=WHO, origin=ORIGIN, tenant_id=TENANT)
    assert Event.objects.count() == 3


def _fail(**other: object) -> None:
    given = {"action": Action.SIGN_IN_FAILED, "by": WHO, "origin": ORIGIN, "tenant_id": TENANT, **other}
    record.tally(given.pop("action"), **given)  # type: ignore[arg-type]
