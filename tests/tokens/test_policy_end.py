"""Where policy stops a token before its own end, every page says when and why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import Actor
from audit import clock
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, HTMX, LIST, NEW
from tokens import policy, policy_end
from tokens.expiry import DAY
from tokens.foresight import Why, objections
from tokens.kinds import Kind
from tokens.policy_words import stop
from tokens.rules import Policy, Rules, Timeline
from tokens.status import Facts, refuses

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY_OF_CHANGE = NOW + 10 * DAY
OPERATOR = Actor.operator()

switches = {name: st.booleans() for name in ("personal", "service", "tenant", "never", "networks")}
rules = st.fixed_dictionaries({}, optional={**switches, "max_days": st.sampled_from([1, 30, 366])}).map(
    lambda said: Rules().changed(**said)
)


@given(rules=rules, kind=st.sampled_from(Kind), age=st.integers(0, 400), networks=st.booleans())
def test_rules_refuse_a_token_exactly_where_they_object(rules: Rules, kind: Kind, age: int, networks: bool) -> None:
    facts = _new(kind, None, Policy(rules), made=NOW - age * DAY, networks=networks)
    assert bool(objections(rules, facts, NOW)) is refuses(rules, facts, NOW)


@given(now=rules, later=rules, kind=st.sampled_from(Kind), lives=st.none() | st.integers(1, 400))
def test_the_end_by_policy_is_the_checks_where_it_is_not_the_tokens_own(
    now: Rules, later: Rules, kind: Kind, lives: int | None
) -> None:
    facts = _new(kind, NOW + lives * DAY if lives else None, Policy(now, later, DAY_OF_CHANGE))
    found = policy_end.to_come(facts, NOW)
    if found is None:
        assert facts.end == facts.expires_at or refuses(now, facts, NOW)
    else:
        assert facts.end == found.at != facts.expires_at
        assert refuses(found.rules, facts, found.at)
        assert found.since in {None, DAY_OF_CHANGE}
        assert found.why


@pytest.mark.parametrize(
    ("changes", "at", "why", "said"),
    [
        ({"personal": False}, 10, [Why.KIND], "From 20 Mar 2026, no personal tokens are allowed."),
        ({"max_days": 30}, 30, [Why.AGE], "From 20 Mar 2026, personal tokens live at most 30 days."),
        (
            {"networks": True, "max_days": 7},
            10,
            [Why.NETWORKS, Why.AGE],
            "From 20 Mar 2026, every token needs allowed networks and personal tokens live at most 7 days.",
        ),
    ],
)
def test_a_planned_change_says_all_that_stops_a_token(
    changes: dict[str, Any], at: int, why: list[Why], said: str
) -> None:
    planned = Policy(Rules(), Rules().changed(**changes), DAY_OF_CHANGE)
    found = policy_end.to_come(_new(Kind.PERSONAL, NOW + 90 * DAY, planned), NOW)
    assert found
    assert (found.at, found.why, stop(found)) == (NOW + at * DAY, why, said)


def test_what_a_token_would_outlive_and_what_holds_already_are_told_apart() -> None:
    shorter = Policy(Rules(), Rules().changed(max_days=30), DAY_OF_CHANGE)
    assert policy_end.to_come(_new(Kind.PERSONAL, NOW + 30 * DAY, shorter), NOW) is None
    holds = policy_end.to_come(_new(Kind.TENANT, None, Policy(Rules())), NOW)
    assert holds
    assert stop(holds) == "Tenant tokens live at most 1 year."


def test_the_list_and_the_details_show_both_ends(cast: Cast, sign_in: SignIn) -> None:
    token = factories.token(cast.marc.actor, lives=90 * DAY).token
    day = _plan(cast, personal=False)
    olivia = sign_in(cast.olivia.user)
    expires = f"{token.expires_at:%-d %b %Y}"
    for page in (_text(olivia, LIST), _text(sign_in(cast.marc.user), "/account/tokens/")):
        assert f">{expires}</time>" in page
        assert "<small>Policy: <time" in page
        assert f">{day:%-d %b %Y}</time></small>" in page
    page = _text(olivia, f"{LIST}{token.pk}/")
    assert f"{token.expires_at:%-d %b %Y, %H:%M:%S} UTC<small>By policy sooner: {day:%-d %b %Y, %H:%M:%S} UTC." in page
    assert f"From {day:%-d %b %Y}, no personal tokens are allowed.</small>" in page
    assert "Expires in 6 days" in page or "Expires in 7 days" in page
    assert page.count("6 days left") + page.count("7 days left") == 1  # the pill


def test_a_token_that_ends_by_itself_says_nothing_of_policy(cast: Cast, sign_in: SignIn) -> None:
    token = factories.token(cast.marc.actor, lives=5 * DAY).token
    _plan(cast, personal=False)
    olivia = sign_in(cast.olivia.user)
    assert "Policy: <time" not in _text(olivia, LIST) + _text(olivia, f"{LIST}{token.pk}/")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"networks": True}, "Every token needs allowed networks."),
        ({"personal": False}, "No personal tokens are allowed."),
        ({"max_days": 5}, "Personal tokens live at most 5 days."),
        ({"networks": True, "max_days": 5}, "Every token needs allowed networks and personal tokens live at most"),
    ],
)
def test_a_token_that_policy_refuses_names_every_reason(
    cast: Cast, sign_in: SignIn, changes: dict[str, Any], said: str
) -> None:
    token = factories.token(cast.marc.actor, at=clock.now() - 6 * DAY).token
    policy.change(cast.acme, by=OPERATOR, **changes)
    page = _text(sign_in(cast.olivia.user), f"{LIST}{token.pk}/")
    assert said in page
    assert page.count("of a kind that is switched off") == 0
    assert "By policy sooner" not in page


def test_the_form_says_where_a_planned_change_stops_what_is_chosen(cast: Cast, sign_in: SignIn) -> None:
    marc, now = sign_in(cast.marc.user), clock.now()
    assert "stops some tokens sooner" not in _text(marc, NEW)
    day = _plan(cast, max_days=30)
    page = _text(marc, NEW)
    assert f"From {day:%-d %b %Y}, personal tokens live at most 30 days. So this token stops on" in page
    assert "stops some tokens sooner: the summary says when" in page
    assert "live at most 30 days" in _summary(marc, expires="90d")
    assert "live at most 30 days" not in _summary(marc, expires="7d")
    assert f'until <b><time datetime="{now + 30 * DAY:%Y-%m-%d}' in _summary(marc, expires="90d")


def test_the_form_knows_which_tokens_a_planned_change_leaves_alone(cast: Cast, sign_in: SignIn) -> None:
    marc, olivia = sign_in(cast.marc.user), sign_in(cast.olivia.user)
    _plan(cast, networks=True, tenant=False)
    assert "every token needs allowed networks" in _summary(marc)
    assert "So this token stops" not in _summary(marc, networks="192.0.2.0/24")
    said = _summary(olivia, kind="tenant", networks="192.0.2.0/24")
    assert "no tenant tokens are allowed. So this token stops on" in said


def test_a_planned_change_that_allows_more_is_no_warning(cast: Cast, sign_in: SignIn) -> None:
    policy.change(cast.acme, by=OPERATOR, max_days=90)
    _plan(cast, max_days=366)
    assert "stops some tokens sooner" not in _text(sign_in(cast.marc.user), NEW)


def _new(
    kind: Kind, expires_at: datetime | None, said: Policy, *, made: datetime = NOW, networks: bool = False
) -> Facts:
    under = Timeline.of(said, Policy(Rules().changed(never=True))).since(NOW)
    return Facts.new(kind, at=made, expires_at=expires_at, has_networks=networks, under=under)


def _plan(cast: Cast, **changes: Any) -> datetime:
    day = (clock.now() + timedelta(days=7)).replace(microsecond=0)
    policy.plan(cast.acme, Rules().changed(**changes), on=day, by=cast.olivia.actor)
    return day


def _summary(browser: Client, **changes: str) -> str:
    return browser.post(f"{NEW}summary/", {**FORM, **changes}, headers=HTMX).content.decode()


def _text(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()
