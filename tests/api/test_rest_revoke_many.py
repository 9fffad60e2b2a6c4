"""Many tokens ended by a program: counted first, then exactly those, once."""

from typing import Any

import pytest

from accounts.models import ServiceUser
from api.rest.values import written
from audit import clock
from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.api.rest import Program, fields, program, strong
from tests.cast import Cast, SignIn
from tests.tokens.pages import LIST
from tests.tokens.rows import row, stored
from tokens import lifecycle
from tokens.expiry import DAY
from tokens.models import Token

MANY = "/tokens/revoke"
NOBODY = "01a200ba-0000-7000-8000-000000000000"


@pytest.fixture
def worker(cast: Cast) -> ServiceUser:
    return factories.worker(cast.marc.actor)


@pytest.fixture
def shelf(cast: Cast, worker: ServiceUser) -> Cast:
    """Nine days old: two of Marc's, one of Olivia's, one of the tenant's, one of a service user's, one that ended."""
    now = clock.now()
    life: dict[str, Any] = {"created_at": now - 9 * DAY, "expires_at": now + 9 * DAY}
    stored(
        [
            row(cast.acme, cast.marc.membership, name="marc 1", **life),
            row(cast.acme, cast.marc.membership, name="marc 2", grants="projects:read", **life),
            row(cast.acme, cast.olivia.membership, name="olivia", **life),
            row(cast.acme, name="tenant", **life),
            row(cast.acme, service_user=worker, name="service", **life),
            row(cast.acme, cast.marc.membership, name="ended", revoked_at=now - DAY, **life),
            row(cast.globex, cast.stella.membership, name="stella", **life),
        ]
    )
    return cast


@pytest.fixture
def by(shelf: Cast) -> Program:
    return strong(shelf)


@pytest.fixture
def old() -> dict[str, str]:
    """All of the shelf, and not the token that asks."""
    return {"issued_before": written(clock.now() - DAY)}


def test_they_are_counted_first_and_ended_by_their_number(shelf: Cast, by: Program, old: dict[str, str]) -> None:
    chosen = {**old, "subject": str(shelf.marc.membership.pk), "reason": "Marc's laptop is lost"}
    assert by.post(MANY, chosen).json() == {"matched": 2, "revoked": 0, "more": False}
    assert revoked() == {"ended"}
    answer = by.post(MANY, {**chosen, "expected": 2})
    assert (answer.status_code, answer.json()) == (200, {"matched": 2, "revoked": 2, "more": False})
    assert revoked() == {"ended", "marc 1", "marc 2"}
    told = Event.objects.filter(action=Action.TOKEN_REVOKED, actor_id=str(by.issued.token.pk))
    assert {one.target_label for one in told} == {"marc 1", "marc 2"}
    assert {one.detail["reason"] for one in told} == {"Marc's laptop is lost"}


def test_any_other_number_ends_nothing(by: Program, old: dict[str, str]) -> None:
    for expected in (0, 4, 6):
        refused = by.post(MANY, {**old, "expected": expected})
        assert fields(refused) == {"expected"}
        assert f"5 tokens match now, not {expected}." in refused.content.decode()
    assert revoked() == {"ended"}


def test_the_same_request_again_harms_nothing(shelf: Cast, by: Program, old: dict[str, str]) -> None:
    asked = {**old, "expected": 5}
    assert by.post(MANY, asked).json()["revoked"] == 5
    factories.token(shelf.marc.actor, name="made meanwhile")
    assert by.post(MANY, asked).json() == {"matched": 0, "revoked": 0, "more": False}
    assert "made meanwhile" not in revoked()
    assert Event.objects.filter(action=Action.TOKEN_REVOKED).count() == 5


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({}, {"marc 1", "marc 2", "olivia", "tenant", "service"}),
        ({"kind": "tenant"}, {"tenant"}),
        ({"kind": "service"}, {"service"}),
        ({"kind": None, "subject": "me"}, {"olivia"}),
        ({"subject": "tenant"}, {"tenant"}),
        ({"subject": "{marc}"}, {"marc 1", "marc 2"}),
        ({"subject": "{worker}"}, {"service"}),
        ({"subject": NOBODY}, set()),
        ({"scope": "projects"}, {"marc 2"}),
        ({"q": " marc "}, {"marc 1", "marc 2"}),
        ({"status": "expiring"}, {"marc 1", "marc 2", "olivia", "tenant", "service"}),
        ({"status": "ended"}, set()),
        ({"subject": "{marc}", "scope": "assets", "q": "arc 1"}, {"marc 1"}),
    ],
)
def test_what_is_chosen_ends_and_nothing_else(
    shelf: Cast, by: Program, worker: ServiceUser, old: dict[str, str], chosen: dict[str, Any], names: set[str]
) -> None:
    ids = {"{marc}": str(shelf.marc.membership.pk), "{worker}": str(worker.pk)}
    asked = {**old, **chosen, "subject": ids.get(chosen.get("subject", ""), chosen.get("subject", ""))}
    matched = by.post(MANY, asked).json()["matched"]
    assert by.post(MANY, {**asked, "expected": matched}).json()["revoked"] == len(names)
    assert revoked() == {"ended", *names}


def test_the_page_chooses_the_same(shelf: Cast, by: Program, sign_in: SignIn, old: dict[str, str]) -> None:
    olivia = sign_in(shelf.olivia.user)
    for chosen in ({}, {"kind": "personal"}, {"scope": "assets"}, {"subject": str(shelf.marc.user.pk)}, {"q": "marc"}):
        page = olivia.get(f"{LIST}revoke/", {**chosen, "before": old["issued_before"]})
        assert by.post(MANY, {**chosen, **old}).json()["matched"] == page.context["count"] > 0


def test_more_than_one_request_ends_is_done_by_several(
    by: Program, old: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "BULK_LIMIT", 3)
    assert by.post(MANY, old).json() == {"matched": 3, "revoked": 0, "more": True}
    assert by.post(MANY, {**old, "expected": 3}).json() == {"matched": 3, "revoked": 3, "more": True}
    assert by.post(MANY, {**old, "expected": 2}).json() == {"matched": 2, "revoked": 2, "more": False}


def test_the_token_that_asks_is_one_of_them_if_it_is_chosen(by: Program) -> None:
    assert by.post(MANY, {"expected": 6}).json()["revoked"] == 6
    assert by.get("/me").status_code == 401


@pytest.mark.parametrize("scope", ["assets:read", "tokens:read"])
@pytest.mark.parametrize("expected", [{}, {"expected": 1}])
def test_without_tokens_write_not_even_oneself(shelf: Cast, scope: str, expected: dict[str, int]) -> None:
    refused = program(shelf.olivia.actor, scope).post(MANY, expected)
    assert (refused.status_code, refused.json()["required_scopes"]) == (403, ["tokens:write"])
    assert revoked() == {"ended"}


def test_another_tenants_are_not_counted(shelf: Cast, by: Program, old: dict[str, str]) -> None:
    for subject in (shelf.stella.membership.pk, shelf.stella.user.pk):
        assert by.post(MANY, {**old, "subject": str(subject)}).json()["matched"] == 0
    by.post(MANY, {**old, "expected": 5})
    assert "stella" not in revoked()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kinds": "tenant"}, "kinds"),
        ({"before": "2026-01-01"}, "before"),
        ({"kind": "robot"}, "kind"),
        ({"status": "live"}, "status"),
        ({"subject": "marc"}, "subject"),
        ({"subject": None}, "subject"),
        ({"issued_before": "2026-01-01"}, "issued_before"),
        ({"expected": -1}, "expected"),
        ({"expected": 1001}, "expected"),
        ({"expected": "6"}, "expected"),
        ({"expected": 6.0}, "expected"),
        ({"q": "x" * 101}, "q"),
        ({"q": "\x00"}, "q"),
        ({"q": "\ud800"}, "q"),
        ({"scope": "\ud800"}, "scope"),
        ({"reason": "r" * 201, "expected": 5}, "reason"),
    ],
)
def test_a_misspelt_filter_never_means_everything(by: Program, body: dict[str, Any], field: str) -> None:
    assert fields(by.post(MANY, body)) == {field}
    assert revoked() == {"ended"}


def revoked() -> set[str]:
    return set(Token.objects.filter(revoked_at__isnull=False).values_list("name", flat=True))
