"""The token policy through the API."""

from typing import Any

import pytest

from accounts.models import Tenant
from audit import clock
from tests import factories
from tests.api.rest import fields, program, strong
from tests.cast import Cast
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.rules import Policy, Rules
from tokens.verification import Refused, verify

KINDS = {str(kind): {"allowed": True, "max_days": 366} for kind in Kind}


def rules(**changes: Any) -> dict[str, Any]:
    return {**KINDS, **changes}


def test_a_change_for_a_later_day_is_previewed_saved_read_and_withdrawn(cast: Cast) -> None:
    by, laptop = strong(cast), factories.token(cast.marc.actor, name="Laptop")
    day = (clock.now() + 7 * DAY).replace(microsecond=0)
    body = {"rules": rules(personal={"allowed": False, "max_days": 366}), "next_from": f"{day:%Y-%m-%dT%H:%M:%SZ}"}
    seen = by.post("/policy/preview", body).json()
    assert {(one["name"], one["why"], one["at"]) for one in seen["items"]} >= {("Laptop", "kind", body["next_from"])}
    assert (seen["count"], seen["more"]) == (2, False)
    saved = by.call("PUT", "/policy", body).json()
    assert saved == by.get("/policy").json()
    assert saved["in_force"]["personal"]["allowed"]
    assert not saved["next_rules"]["personal"]["allowed"]
    with clock.at(day):
        assert isinstance(verify(laptop.secret.value, address="192.0.2.1"), Refused)
    assert by.delete("/policy/next").status_code == 204
    assert by.get("/policy").json()["next_rules"] is None


def test_a_change_without_a_day_bites_at_once(cast: Cast) -> None:
    by = strong(cast)
    assert by.call("PUT", "/policy", {"rules": rules(networks=True)}).status_code == 200
    assert by.get("/policy").status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"rules": rules(personal={"allowed": True, "max_days": 0})}, "rules.personal.max_days"),
        ({"rules": rules(personal={"allowed": True, "max_days": 9, "never": True})}, "rules.personal.never"),
        ({"rules": rules(forbidden="nonsense")}, "rules.forbidden"),
        ({"rules": rules(forbidden="assets:read asset:write")}, "rules.forbidden"),
        ({"rules": rules(per_person=0)}, "rules.per_person"),
        ({"rules": rules(), "next_from": "2020-01-01T00:00:00Z"}, "next_from"),
        ({"rules": rules(hologram=True)}, "rules.hologram"),
        ({"rules": {"personal": KINDS["personal"]}}, "rules.tenant"),
    ],
)
def test_what_makes_no_sense_is_told_by_field(cast: Cast, body: dict[str, Any], field: str) -> None:
    by = strong(cast)
    for answer in (by.call("PUT", "/policy", body), by.post("/policy/preview", body)):
        assert field in fields(answer)
    assert Tenant.objects.get(pk=cast.acme.pk).token_rules == "{}"


def test_reading_and_changing_take_their_scopes(cast: Cast) -> None:
    reader, other = program(cast.olivia.actor, "policy:read"), program(cast.olivia.actor, "roles:write")
    assert reader.get("/policy").status_code == 200
    body = {"rules": rules()}
    refused = [reader.call("PUT", "/policy", body), reader.post("/policy/preview", body), reader.delete("/policy/next")]
    assert {one.status_code for one in [*refused, other.get("/policy")]} == {403}


def test_what_the_platform_forbids_is_shown_and_not_allowed(cast: Cast) -> None:
    limits = Rules().changed(max_days=30)
    Tenant.objects.filter(pk=cast.acme.pk).update(token_limits=Policy(limits).text)
    by = strong(cast)
    assert by.get("/policy").json()["in_force"]["tenant"]["max_days"] == 30
    assert "rules.tenant.max_days" in fields(by.call("PUT", "/policy", {"rules": rules()}))


def test_limits_that_are_still_to_come_are_told_with_their_day(cast: Cast) -> None:
    by, day = strong(cast), (clock.now() + 7 * DAY).replace(microsecond=0)
    unlimited = by.get("/policy").json()
    assert (unlimited["next_limits"], unlimited["next_limits_from"]) == (None, None)
    planned = Policy(Rules(), Rules().changed(max_days=30), day)
    Tenant.objects.filter(pk=cast.acme.pk).update(token_limits=planned.text)
    told = by.get("/policy").json()
    assert told["next_limits_from"] == f"{day:%Y-%m-%dT%H:%M:%SZ}"
    limits = [told[name]["personal"]["max_days"] for name in ("limits", "next_limits", "in_force")]
    assert limits == [366, 30, 366]


def test_a_strangers_tokens_are_in_no_preview(cast: Cast) -> None:
    factories.token(cast.stella.actor, name="Globex")
    body = {"rules": rules(personal={"allowed": False, "max_days": 1})}
    seen = strong(cast).post("/policy/preview?limit=1", body).json()
    assert (seen["count"], seen["next"]) == (1, None)
