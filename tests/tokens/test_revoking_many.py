"""Ending many tokens at once: only what one may manage, all or none, and never by a slip."""

import re
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import memberships
from accounts.access import Actor
from accounts.models import Role
from audit import clock
from audit.models import Event
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import PASSWORD
from tests.tokens.pages import HTMX, LIST, complaints
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


def test_what_grew_after_it_was_counted_is_left_alone(shelf: Cast) -> None:
    tokens, by = Token.objects.all(), shelf.olivia.actor
    for expected in (0, 3, 5):
        with pytest.raises(ValidationError, match=f"4 tokens match now, not {expected}. Nothing was revoked."):
            lifecycle.revoke_all(tokens, by=by, reason="leak", expected=expected)
    assert not _revoked("leak")
    assert lifecycle.revoke_all(tokens, by=by, reason="leak", expected=4) == 4
    assert lifecycle.revoke_all(tokens, by=by, reason="again", expected=4) == 0  # done already


def test_the_filters_of_the_list_come_along(shelf: Cast, olivia: Client) -> None:
    filtered = f"?q=marc&status=active&kind=personal&subject={shelf.marc.membership.pk}&scope=assets"
    link = f'id="revoke-several" href="{escape(MANY + filtered)}"'
    assert link in olivia.get(LIST + filtered).content.decode()
    part = olivia.get(LIST + filtered, headers={**HTMX, "HX-Target": "token-rows"}).content.decode()
    assert f'{link} hx-swap-oob="true"' in part
    page = olivia.get(MANY + filtered)
    assert said(page) == {
        "Search": "“marc”",
        "Status": "Active",
        "Type": "Personal",
        "Subject": "Marc Test",
        "Scope": "Assets",
    }
    assert f'href="{escape(LIST + filtered)}">Keep them' in page.content.decode()
    assert page.context["count"] == 2


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("?status=active", 4),
        ("?status=expiring", 4),
        ("?status=pending", 0),
        ("?status=ended", 0),
        ("?kind=tenant", 1),
        ("?subject=tenant", 1),
        ("?subject=me", 1),
        ("?scope=projects", 0),
        ("?q=marc", 2),
        ("?subject=01a200ba-0000-7000-8000-000000000000", 0),
    ],
)
def test_every_filter_narrows_what_ends(olivia: Client, query: str, count: int) -> None:
    page = olivia.get(f"{MANY}{query}")
    assert page.context["count"] == count
    assert bool(said(page)) == bool(query and count)


def test_who_is_chosen_there_are_those_whose_tokens_one_may_end(shelf: Cast, sign_in: SignIn) -> None:
    """Seeing all tokens is not ending them."""
    auditor = Role.objects.create(tenant=shelf.acme, key="auditor", name="Auditor", grants_text="tokens:read")
    memberships.change_role(shelf.marc.membership, to=auditor, by=shelf.olivia.actor)
    marc = sign_in(shelf.marc.user)
    factories.worker(shelf.olivia.actor, name="Hers")
    seen, ended = (marc.get(f"{path}whose/?kind=service").content.decode() for path in (LIST, MANY))
    assert "Hers" in seen
    assert "Hers" not in ended
    assert f'href="{MANY}?kind=service&amp;subject=me"' in ended


def test_who_is_chosen_keeps_the_moment(shelf: Cast, olivia: Client) -> None:
    page = olivia.get(f"{MANY}whose/?before=2026-03-09").content.decode()
    assert f'href="{MANY}?subject=me&amp;before=2026-03-09T00%3A00%3A00%2B00%3A00"' in page
    assert f'href="{MANY}?before=2026-03-09T00%3A00%3A00%2B00%3A00"' in page  # any subject
    assert '<input type="hidden" name="before" value="2026-03-09T00:00:00+00:00">' in page


def test_issued_before_a_day_leaves_that_day_alone(shelf: Cast, olivia: Client) -> None:
    made = Token.objects.get(name="tenant").created_at
    assert olivia.get(MANY, {"before": f"{made:%Y-%m-%d}"}).context["count"] == 0
    assert olivia.get(MANY, {"before": f"{made + DAY:%Y-%m-%d}"}).context["count"] == 4
    assert olivia.get(MANY, {"before": "nonsense"}).context["count"] == 4


@pytest.mark.parametrize(
    ("zone", "made", "day", "words"),
    [
        ("UTC", "2026-03-09T00:00:00", "2026-03-09", "9 Mar 2026, 00:00 UTC"),
        ("Asia/Tokyo", "2026-03-08T15:00:00", "2026-03-09", "9 Mar 2026, 00:00 Asia/Tokyo 8 Mar 2026, 15:00:00 UTC"),
        (
            "America/New_York",
            "2026-03-09T04:00:00",
            "2026-03-09",
            "9 Mar 2026, 00:00 America/New_York 9 Mar 2026, 04:00:00 UTC",
        ),
        # There was no midnight that day: clocks went from 0:00 to 1:00.
        (
            "Africa/Cairo",
            "2026-04-23T22:00:00",
            "2026-04-24",
            "24 Apr 2026, 01:00 Africa/Cairo 23 Apr 2026, 22:00:00 UTC",
        ),
    ],
)
def test_a_day_begins_where_the_viewer_is(
    cast: Cast, sign_in: SignIn, zone: str, made: str, day: str, words: str
) -> None:
    """The list says on which day a token was made: those of the day before go, those of the day stay."""
    begin = datetime.fromisoformat(made).replace(tzinfo=UTC)
    life: dict[str, Any] = {"expires_at": clock.now() + DAY}
    Token.objects.bulk_create(
        [
            row(cast.acme, name="of the day", created_at=begin, **life),
            row(cast.acme, name="of the day before", created_at=begin - timedelta(seconds=1), **life),
        ]
    )
    cast.olivia.user.time_zone = zone
    cast.olivia.user.save()
    olivia = sign_in(cast.olivia.user)
    page = olivia.get(MANY, {"before": day})
    assert said(page) == {"Issued before": words}
    [action] = re.findall(r'class="slip" method="post" action="([^"]+)"', page.content.decode())
    cast.olivia.user.time_zone = "Pacific/Kiritimati"  # whoever moves on before they confirm ends what they saw
    cast.olivia.user.save()
    assert olivia.post(MANY + unescape(action), {"confirm": "1", "reason": "old"}).status_code == 302
    assert _revoked("old") == {"of the day before"}


@pytest.mark.parametrize("before", ["0001-01-01", "9999-12-31", "2026-03-09T10:00:00+23:59", "2026-W11", "٢٠٢٦-٠٣-٠٩"])
def test_no_day_breaks_the_page(cast: Cast, sign_in: SignIn, before: str) -> None:
    cast.olivia.user.time_zone = "Asia/Tokyo"
    cast.olivia.user.save()
    assert sign_in(cast.olivia.user).get(MANY, {"before": before}).status_code == 200


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


def said(page: Any) -> dict[str, str]:
    """Which tokens, in the words of the page."""
    listed = page.content.decode().partition('aria-label="What was chosen">')[2].partition("</dl>")[0]
    found = re.findall(r"<dt>(.+?)</dt><dd>(.+?)</dd>", listed)
    return {term: " ".join(re.sub(r"<[^>]+>", " ", text).split()) for term, text in found}


def _revoked(reason: str) -> set[str]:
    return set(Token.objects.filter(revoked_reason=reason, revoked_at__isnull=False).values_list("name", flat=True))
