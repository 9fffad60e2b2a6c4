"""What the list's address asks for is what it shows; what is not understood is as if it were not there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from accounts import memberships, search
from accounts.access import Actor
from accounts.models import Role
from audit import clock, counting
from tests import factories
from tests.cast import Cast
from tests.tokens.rows import row, stored
from tokens import lifecycle, listing
from tokens.asking import Asked, Segment
from tokens.models import Token

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def shelf(cast: Cast) -> Cast:
    """One token of each sort in Acme, named after what it is; one in Globex."""
    long: dict[str, Any] = {"created_at": NOW - 20 * DAY, "expires_at": NOW + 90 * DAY}
    made = [
        row(cast.acme, cast.marc.membership, name="marc live", grants="assets:read", **long),
        row(cast.acme, cast.olivia.membership, name="olivia live", grants="shared/inboxes:write", **long),
        row(
            cast.acme,
            name="tenant live",
            responsible=cast.olivia.membership,
            grants="inboxes-archive:read projects:read",
            **long,
        ),
        row(cast.acme, cast.marc.membership, name="expiring", created_at=NOW - DAY, expires_at=NOW + 3 * DAY),
        row(cast.acme, cast.marc.membership, name="expired", created_at=NOW - 9 * DAY, expires_at=NOW - DAY),
        row(cast.acme, cast.marc.membership, name="revoked", revoked_at=NOW - DAY, **long),
        row(cast.acme, cast.victor.membership, name="on hold", **long),
        row(cast.globex, cast.stella.membership, name="stella", **long),
    ]
    stored(made)
    memberships.suspend(cast.victor.membership, by=cast.olivia.actor)
    return cast


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=active", {"marc live", "olivia live", "tenant live", "expiring"}),
        ("status=expiring", {"expiring"}),
        ("status=ended", {"expired", "revoked"}),
        ("status=hold", {"on hold"}),
        ("kind=tenant", {"tenant live"}),
        ("subject=me", {"olivia live"}),
        ("subject=tenant", {"tenant live"}),
        ("scope=assets", {"marc live", "expiring", "expired", "revoked", "on hold"}),
        ("scope=inboxes", {"olivia live"}),
        ("q=LIVE", {"marc live", "olivia live", "tenant live"}),
        ("q=marc+test&status=active", {"marc live", "expiring"}),
        ("q=%25", set()),
        ("q=_", set()),
        ("status=active&kind=personal&scope=assets&q=marc", {"marc live", "expiring"}),
    ],
)
@pytest.mark.postgres
def test_an_owner_sees_what_was_asked_for(shelf: Cast, query: str, names: set[str]) -> None:
    assert _names(shelf.olivia.actor, query) == names


@pytest.mark.parametrize(
    "query", ["", "status=x", "kind=x", "subject=x", "sort=x", "sort=--name", "cursor=x", "unknown=1"]
)
def test_what_is_not_understood_shows_everything(shelf: Cast, query: str) -> None:
    assert len(_names(shelf.olivia.actor, query)) == 7


def test_a_persons_tokens_are_found_by_their_membership(shelf: Cast) -> None:
    query = f"subject={shelf.marc.membership.pk}"
    assert _names(shelf.adam.actor, query) == {"marc live", "expiring", "expired", "revoked"}


@pytest.mark.parametrize("query", ["", "subject={olivia}", "q=olivia", "subject=tenant", "kind=tenant", "q={id}"])
def test_a_developer_never_sees_another_persons_token(shelf: Cast, query: str) -> None:
    foreign = Token.objects.get(name="olivia live")
    asked = query.format(olivia=shelf.olivia.membership.pk, id=foreign.pk)
    assert _names(shelf.marc.actor, asked) <= {"marc live", "expiring", "expired", "revoked"}


def test_a_stranger_sees_nothing_of_it(shelf: Cast) -> None:
    assert _names(shelf.stella.actor, "") == {"stella"}
    assert _names(shelf.stella.actor, f"subject={shelf.marc.membership.pk}") == set()
    assert _names(shelf.stella.actor, "q=marc") == set()


def test_a_former_self_is_somebody_else(shelf: Cast) -> None:
    memberships.remove(shelf.marc.membership, by=shelf.olivia.actor)
    again = factories.member(shelf.marc.user, shelf.acme, "developer")
    assert _names(Actor.member(again, shelf.olivia.actor.origin), "") == set()


def test_an_own_role_with_the_right_sees_all(shelf: Cast) -> None:
    auditor = Role.objects.create(tenant=shelf.acme, key="auditor", name="Auditor", grants_text="tokens:read")
    memberships.change_role(shelf.marc.membership, to=auditor, by=shelf.olivia.actor)
    assert len(_names(shelf.marc.actor, "")) == 7


@pytest.mark.postgres
def test_a_token_is_found_by_its_whole_id_and_by_its_end(shelf: Cast) -> None:
    token = Token.objects.get(name="expiring")
    for text in (
        str(token.pk),
        token.pk.hex,
        str(token.pk).upper(),
        token.short_id,
        token.short_id.upper(),
        token.pk.hex[-12:],
    ):
        assert _names(shelf.olivia.actor, f"q={text}") == {"expiring"}, text
    assert _names(shelf.olivia.actor, f"q={token.hint}") == set()


def test_counts_are_those_of_what_is_otherwise_asked_for(shelf: Cast) -> None:
    assert _counts(shelf.olivia.actor, "") == {"All": "7", "Active": "4", "Expiring": "1", "On hold": "1", "Ended": "2"}
    assert _counts(shelf.marc.actor, "status=ended") == {"All": "4", "Active": "2", "Expiring": "1", "Ended": "2"}
    assert _counts(shelf.olivia.actor, "q=marc+live") == {"All": "1", "Active": "1", "Expiring": "0", "Ended": "0"}


@pytest.mark.parametrize(
    ("tokens", "said", "label"), [(4, "4", "4 tokens"), (5, "5", "5 tokens"), (6, "5+", "5+ tokens")]
)
def test_counts_stop_at_a_limit(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tokens: int, said: str, label: str
) -> None:
    monkeypatch.setattr(counting, "COUNTED", 5)
    Token.objects.bulk_create(row(cast.acme, expires_at=clock.now() + DAY) for _ in range(tokens))
    assert _counts(cast.olivia.actor, "")["All"] == said
    assert listing.read(cast.olivia.actor, Asked()).label == label


def test_a_search_that_finds_too_many_shows_them_without_counts(shelf: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = listing.read(shelf.olivia.actor, Asked(q="marc"))
    monkeypatch.setattr(search, "FEW_OTHERS", 0)
    vague = listing.read(shelf.olivia.actor, Asked(q="marc"))
    assert vague.page.items == exact.page.items != []
    assert {tab.count for tab in vague.tabs} == {""}
    assert (exact.label, vague.label) == (f"{len(exact.page)} tokens", f"{len(vague.page)}+ tokens")


def test_one_token_is_one_token(cast: Cast) -> None:
    factories.token(cast.olivia.actor)
    assert listing.read(cast.olivia.actor, Asked()).label == "1 token"


def test_live_ones_come_first_by_soonest_end_and_ended_ones_by_latest(shelf: Cast) -> None:
    shown = [token.name for token in _read(shelf.olivia.actor, "")]
    assert shown[0] == "expiring"
    assert set(shown[1:5]) == {"marc live", "olivia live", "tenant live", "on hold"}
    assert set(shown[5:]) == {"expired", "revoked"}


def test_a_revoked_token_moves_among_the_ended_at_once(shelf: Cast) -> None:
    with clock.at(NOW):
        assert lifecycle.revoke(Token.objects.get(name="expiring"), by=shelf.marc.actor)
    assert "expiring" in _names(shelf.olivia.actor, "status=ended")
    assert "expiring" not in _names(shelf.olivia.actor, "status=active")


def test_an_address_comes_back_as_it_was_asked() -> None:
    for text in ("?q=a+b&status=ended&kind=tenant&subject=me&scope=assets&sort=-name", "?"):
        assert Asked.of(QueryDict(text.removeprefix("?"))).address() == text


def test_paging_starts_anew_when_anything_else_changes(shelf: Cast) -> None:
    asked = Asked.of(QueryDict("cursor=abc&q=x"))
    assert "cursor" not in asked.address(segment=Segment.ENDED)
    assert asked.is_filtered
    assert not Asked(cursor="abc", sort="name").is_filtered


def _read(actor: Actor, query: str) -> list[Token]:
    with clock.at(NOW):
        return listing.read(actor, Asked.of(QueryDict(query))).page.items


def _names(actor: Actor, query: str) -> set[str]:
    return {token.name for token in _read(actor, query)}


def _counts(actor: Actor, query: str) -> dict[str, str]:
    with clock.at(NOW):
        return {tab.label: tab.count for tab in listing.read(actor, Asked.of(QueryDict(query))).tabs}
