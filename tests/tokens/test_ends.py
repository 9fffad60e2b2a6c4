"""When a token ends follows what kind it is: what is offered first, what may be chosen, what stays of a choice."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import ServiceUser
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, HTMX, NEW, held_by_form, secrets_in
from tokens import policy
from tokens.ends import Picked, first, follow
from tokens.expiry import Lifetime
from tokens.kinds import Kind
from tokens.models import Token
from tokens.rules import KindRules, Rules

NOW = datetime(2026, 3, 10, 12, 30, 45, tzinfo=UTC)
RULES = Rules(
    {
        Kind.PERSONAL: KindRules(max_days=30, default=Lifetime.WEEK),
        Kind.SERVICE: KindRules(max_days=184, default=Lifetime.MONTH),
        Kind.TENANT: KindRules(default=Lifetime.HALF_YEAR, never=True),
    }
)
SWAP = {**HTMX, "HX-Target": "scopes", "HX-Trigger-Name": "kind"}


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    policy.plan(cast.acme, RULES, on=None, by=cast.olivia.actor)
    return sign_in(cast.olivia.user)


@pytest.fixture
def worker(cast: Cast) -> ServiceUser:
    return factories.worker(cast.olivia.actor)


@pytest.mark.parametrize(("kind", "offered"), [("personal", "7d"), ("service", "30d"), ("tenant", "6m")])
def test_policy_says_for_each_kind_what_is_offered_first(kind: str, offered: str) -> None:
    assert first(Kind(kind), RULES, NOW) == offered


def test_what_is_too_long_is_not_offered_first() -> None:
    assert first(Kind.PERSONAL, Rules().changed(max_days=30), NOW) == "30d"
    assert first(Kind.PERSONAL, Rules().changed(max_days=5), NOW) == "custom"


def test_what_the_form_chose_follows_the_kind() -> None:
    picked, moved = follow(Picked("7d", offered="7d"), Kind.TENANT, RULES, NOW)
    assert (picked, moved) == (Picked("6m", offered="6m"), "")
    assert follow(picked, Kind.PERSONAL, RULES, NOW) == (Picked("7d", offered="7d"), "")
    assert follow(Picked(""), Kind.PERSONAL, RULES, NOW) == (Picked("7d", offered="7d"), "")


@pytest.mark.parametrize("expires", ["7d", "30d", "custom"])
def test_what_the_person_chose_stays_while_it_is_allowed(expires: str) -> None:
    picked = Picked(expires, "2026-03-20", offered="6m")
    there, moved = follow(picked, Kind.PERSONAL, RULES, NOW)
    assert (there, moved) == (replace(picked, offered=""), "")
    assert follow(there, Kind.TENANT, RULES, NOW) == (there, "")


@pytest.mark.parametrize(
    ("picked", "becomes", "said"),
    [
        (Picked("1y"), Picked("7d", offered="7d"), "1 year is too long for a personal token. 7 days is chosen"),
        (Picked("never"), Picked("7d", offered="7d"), "Here a personal token needs an end date. 7 days is chosen"),
        (Picked("custom", "2026-12-24"), Picked("custom", "2026-04-09"), "That date is too far away for a personal"),
    ],
)
def test_what_is_not_allowed_any_more_changes_and_is_said(picked: Picked, becomes: Picked, said: str) -> None:
    after, moved = follow(picked, Kind.PERSONAL, RULES, NOW)
    assert after == becomes
    assert moved.startswith(said)


def test_where_no_lifetime_is_short_enough_a_date_is_asked_for() -> None:
    after, moved = follow(Picked("1y"), Kind.PERSONAL, Rules().changed(max_days=5), NOW)
    assert (after.expires, moved) == ("custom", "1 year is too long for a personal token. Choose a date.")


@pytest.mark.parametrize("picked", [Picked("nonsense"), Picked("custom", "nonsense"), Picked("custom", "2020-01-01")])
def test_what_makes_no_sense_is_left_for_the_verb_to_refuse(picked: Picked) -> None:
    assert follow(picked, Kind.PERSONAL, RULES, NOW) == (picked, "")


# --- On the page ----------------------------------------------------------------------------------


def test_the_form_opens_with_what_its_kind_is_offered_first(cast: Cast, olivia: Client, worker: ServiceUser) -> None:
    assert held_by_form(olivia.get(NEW))["expires"] == "7d"
    assert held_by_form(olivia.get(NEW, {"subject": f"service:{worker.pk}"}))["expires"] == "30d"
    like = factories.token(cast.olivia.actor, kind=Kind.TENANT).token
    assert held_by_form(olivia.get(NEW, {"like": str(like.pk)}))["expires"] == "6m"


@pytest.mark.parametrize("headers", [{}, SWAP])
def test_another_type_brings_its_own_limits(olivia: Client, headers: dict[str, str]) -> None:
    assert "expires" in held_by_form(olivia.get(NEW))
    opened = {**FORM, "expires": "7d", "offered": "7d", "refresh": "scopes"}
    page = olivia.post(NEW, {**opened, "kind": "tenant"}, headers=headers)
    text = " ".join(page.content.decode().split())
    assert (held_by_form(page)["expires"], held_by_form(page)["offered"]) == ("6m", "6m")
    assert 'value="1y">' in text
    assert 'value="never">' in text
    assert "Over the limit" not in text
    back = olivia.post(NEW, {**opened, "expires": "1y", "offered": "6m"}, headers=headers)
    assert held_by_form(back)["expires"] == "7d"
    assert back.content.decode().count("Over the limit") == 3
    assert "1 year is too long for a personal token." in back.content.decode()
    assert 'value="never"' not in back.content.decode()


def test_another_subject_brings_its_own_limits(olivia: Client, worker: ServiceUser) -> None:
    chosen = {**FORM, "expires": "7d", "offered": "7d", "subject": f"service:{worker.pk}", "refresh": "scopes"}
    part = olivia.post(NEW, chosen, headers={**SWAP, "HX-Trigger-Name": "subject"})
    assert held_by_form(part)["expires"] == "30d"
    assert part.content.decode().count("Over the limit") == 1
    assert '<section class="section" id="expires" hx-swap-oob="true">' in part.content.decode()


def test_a_preset_leaves_the_end_alone(olivia: Client) -> None:
    sent = {**FORM, "expires": "30d", "offered": "7d", "preset": "basic:read"}
    assert held_by_form(olivia.post(NEW, sent))["expires"] == "30d"
    assert 'id="expires"' not in olivia.post(NEW, sent, headers=SWAP).content.decode()


def test_what_is_seen_is_what_is_made_without_a_refresh(olivia: Client) -> None:
    assert secrets_in(olivia.post(NEW, {**FORM, "kind": "tenant", "expires": "7d", "offered": "7d"}))
    token = Token.objects.get()
    assert token.expires_at
    assert (token.expires_at - token.created_at).days in {6, 7}
