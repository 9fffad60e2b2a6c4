"""Ending many tokens at once: only what one may manage, all or none, and never by a slip."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.access import Actor
from audit import clock
from audit.models import Event
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import PASSWORD
from tests.tokens.pages import LIST, complaints
from tests.tokens.rows import row
from tokens import lifecycle
from tokens.expiry import DAY
from tokens.models import Token

MANY = f"{LIST}revoke/"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    """Two of Marc's, one of Olivia's, one of the tenant's, one ended; one of Globex."""
    now = clock.now()
    life: dict[str, Any] = {"created_at": now - 9 * DAY, "expires_at": now + 9 * DAY}
    Token.objects.bulk_create(
        [
            row(cast.acme, cast.marc.membership, name="marc 1", **life),
            row(cast.acme, cast.marc.membership, name="marc 2", **life),
            row(cast.acme, cast.olivia.membership, name="olivia", **life),
            row(cast.acme, name="tenant", **life),
            row(cast.acme, cast.marc.membership, name="ended", revoked_at=now - DAY, **life),
            row(cast.globex, cast.stella.membership, name="stella", **life),
        ]
    )
    return cast


@pytest.fixture
def olivia(shelf: Cast, sign_in: SignIn) -> Client:
    return sign_in(shelf.olivia.user)


@pytest.mark.parametrize(
    ("who", "ended"),
    [
        ("olivia", {"marc 1", "marc 2", "olivia", "tenant"}),
        ("marc", {"marc 1", "marc 2"}),
        ("victor", set()),
        ("stella", {"stella"}),
    ],
)
def test_everybody_ends_only_what_they_may_manage(shelf: Cast, who: str, ended: set[str]) -> None:
    assert lifecycle.revoke_all(Token.objects.all(), by=shelf.people[who].actor, reason="leak") == len(ended)
    assert _revoked("leak") == ended
    assert {event.target_label for event in Event.objects.filter(action="token.revoked")} == ended


def test_what_had_ended_keeps_its_end(shelf: Cast) -> None:
    before = Token.objects.values().get(name="ended")
    lifecycle.revoke_all(Token.objects.all(), by=Actor.operator(shelf.acme))
    assert Token.objects.values().get(name="ended") == before


def test_all_or_none(shelf: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(lifecycle, "record_each", full_disk)
    with pytest.raises(OSError, match="full"):
        lifecycle.revoke_all(Token.objects.all(), by=shelf.olivia.actor)
    assert Token.objects.running(clock.now()).count() == 5


def test_at_most_so_many_at_once_oldest_first(shelf: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "BULK_LIMIT", 3)
    assert lifecycle.revoke_all(Token.objects.all(), by=shelf.olivia.actor, reason="leak") == 3
    assert _revoked("leak") == {"marc 1", "marc 2", "olivia"}


def test_a_reason_is_judged_before_anything_ends(shelf: Cast) -> None:
    with pytest.raises(ValidationError):
        lifecycle.revoke_all(Token.objects.all(), by=shelf.olivia.actor, reason="r" * 201)
    assert not _revoked("r" * 201)


# --- The page -------------------------------------------------------------------------------------


def test_the_page_shows_what_will_end_and_ends_it_on_the_typed_number(shelf: Cast, olivia: Client) -> None:
    address = f"{MANY}?subject={shelf.marc.membership.pk}"
    text = olivia.get(address).content.decode()
    assert "marc 1" in text
    assert "tenant</a>" not in text
    answer = olivia.post(address, {"confirm": "2", "reason": "left"})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert _revoked("left") == {"marc 1", "marc 2"}


@pytest.mark.parametrize("confirm", ["", "3", "all", "-4", "4.0", "４"])  # noqa: RUF001
def test_any_other_number_ends_nothing(olivia: Client, confirm: str) -> None:
    page = olivia.post(MANY, {"confirm": confirm})
    assert page.status_code == 422
    assert complaints(page) == ["confirm"]
    assert not Event.objects.filter(action="token.revoked").exists()


def test_a_set_that_grew_in_between_is_shown_again(shelf: Cast, olivia: Client) -> None:
    factories.token(shelf.marc.actor)
    assert olivia.post(MANY, {"confirm": "4"}).status_code == 422
    assert olivia.post(MANY, {"confirm": "5"}).status_code == 302


def test_issued_before_a_day_leaves_that_day_alone(shelf: Cast, olivia: Client) -> None:
    made = Token.objects.get(name="tenant").created_at
    assert olivia.get(MANY, {"before": f"{made:%Y-%m-%d}"}).context["count"] == 0
    assert olivia.get(MANY, {"before": f"{made + DAY:%Y-%m-%d}"}).context["count"] == 4
    assert olivia.get(MANY, {"before": "nonsense"}).context["count"] == 4


def test_a_developer_ends_own_ones_whatever_the_address_says(shelf: Cast, sign_in: SignIn) -> None:
    marc = sign_in(shelf.marc.user)
    assert marc.get(MANY).context["count"] == 2
    assert marc.get(f"{MANY}?subject={shelf.olivia.membership.pk}").context["count"] == 0
    assert marc.post(f"{MANY}?kind=tenant", {"confirm": "0"}).status_code == 422


def test_a_stale_sign_in_asks_for_the_password_first(shelf: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(NOW, tick=False) as moved:
        Token.objects.update(created_at=NOW - DAY, expires_at=NOW + DAY, ends_at=NOW + DAY, revoked_at=None)
        olivia = sign_in(shelf.olivia.user)
        moved.shift(timedelta(minutes=10))
        assert complaints(olivia.post(MANY, {"confirm": "5"})) == ["password"]
        assert complaints(olivia.post(MANY, {"confirm": "5", "password": "wrong"})) == ["password"]
        assert olivia.post(MANY, {"confirm": "5", "password": PASSWORD}).status_code == 302


def test_looking_ends_nothing(olivia: Client) -> None:
    olivia.get(MANY, {"confirm": "4"})
    olivia.head(MANY, {"confirm": "4"})
    assert not Event.objects.filter(action="token.revoked").exists()


def _revoked(reason: str) -> set[str]:
    return set(Token.objects.filter(revoked_reason=reason, revoked_at__isnull=False).values_list("name", flat=True))
