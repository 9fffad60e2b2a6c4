"""The list as a page: empty, without a match, as a fragment, and under any address that can be typed."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from audit import clock
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens import states
from tests.tokens.pages import LIST
from tests.tokens.rows import row
from tokens import listing
from tokens.asking import Segment, Sort
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.models import Token

NAMES = ["q", "status", "kind", "subject", "scope", "sort", "cursor", "before", "like", "unknown"]


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


def test_without_a_token_it_explains_itself(cast: Cast, sign_in: SignIn, olivia: Client) -> None:
    assert "No API tokens yet" in olivia.get(LIST).content.decode()
    assert "You have no API tokens yet" in sign_in(cast.marc.user).get(LIST).content.decode()


def test_without_a_match_it_says_what_was_asked(cast: Cast, olivia: Client) -> None:
    factories.token(cast.olivia.actor)
    text = olivia.get(LIST, {"q": "<nothing>"}).content.decode()
    assert "No token matches “&lt;nothing&gt;”" in text
    assert "A token" not in re.sub(r"<title>.*?</title>", "", text)


def test_every_column_is_there(cast: Cast, olivia: Client) -> None:
    token = factories.token(cast.marc.actor, "assets:write projects:read", name="Nightly sync").token
    Token.objects.update(description="ETL host", last_used_at=token.created_at, last_used_address="203.0.113.61")
    text = olivia.get(LIST).content.decode()
    for part in ("Nightly sync", "ETL host", "Marc Test", token.short_id, "assets:write", "203.0.113.61", "Active"):
        assert part in text, part
    assert token.hint not in text


@pytest.mark.parametrize("state", states.REFUSED)
def test_every_state_has_a_pill_and_a_detail_page(cast: Cast, sign_in: SignIn, olivia: Client, state: str) -> None:
    token = states.REFUSED[state](cast).token
    if state == "tenant_suspended":
        assert olivia.get(LIST).status_code == 403
        return
    expected = {"network_not_allowed": "active"}.get(state, states.reason(state))
    assert token.__class__.objects.with_subject().get().status == expected
    label = expected.replace("_", " ").capitalize()
    for path in (LIST, f"{LIST}{token.pk}/"):
        assert label in olivia.get(path).content.decode(), path


def test_htmx_gets_rows_and_segments_alone(cast: Cast, olivia: Client) -> None:
    factories.token(cast.olivia.actor)
    text = olivia.get(LIST, headers={"HX-Request": "true", "HX-Target": "token-rows"}).content.decode()
    assert "<html" not in text
    assert 'id="token-rows"' in text
    assert 'hx-swap-oob="true"' in text


def test_a_restored_history_gets_the_whole_page(cast: Cast, olivia: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "token-rows", "HX-History-Restore-Request": "true"}
    assert "<html" in olivia.get(LIST, headers=headers).content.decode()


def test_next_and_previous_lead_through_every_token(
    cast: Cast, olivia: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "TOKENS_PER_PAGE", 3)
    now = clock.now()
    Token.objects.bulk_create(row(cast.acme, name=f"T{number}", expires_at=now + DAY) for number in range(8))
    shown, address = [], "?kind=tenant&sort=-created"
    while address:
        page = olivia.get(LIST + address)
        shown += [token.name for token in page.context["listing"].page]
        found = re.search(r'href="([^"]*)" rel="next"', page.content.decode())
        address = found[1].replace("&amp;", "&") if found else ""
    assert shown == [f"T{number}" for number in reversed(range(8))]


@pytest.mark.postgres
@given(
    query=st.dictionaries(
        st.sampled_from(NAMES),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
        | st.sampled_from([*Segment, *Sort, *Kind, "-name", "me", "tenant", "-", "--", "%", "0", "a" * 5000]),
    )
)
def test_no_address_breaks_any_page(cast: Cast, olivia: Client, query: dict[str, str]) -> None:
    expected = {400} if any("\x00" in text for text in query.values()) else {200, 404}
    for path in (LIST, f"{LIST}new/", f"{LIST}revoke/", "/t/acme/settings/audit-log/"):
        assert olivia.get(f"{path}?{urlencode(query)}").status_code in expected


@pytest.mark.parametrize("raw", ["?%FF=%FE", "?q=%00", "?cursor=%ED%A0%80", "?=&&&", "?q", "?q=a&q=b", "?%"])
def test_no_raw_query_breaks_it(olivia: Client, raw: str) -> None:
    assert olivia.get(LIST + raw).status_code in {200, 400}


def test_a_token_in_the_search_box_is_refused_and_noted(cast: Cast, olivia: Client) -> None:
    issued = factories.token(cast.marc.actor)
    for query in ({"q": issued.secret.value}, {"q": f"Bearer {issued.secret.value}"}):
        answer = olivia.get(LIST, query)
        assert answer.status_code == 400
        assert issued.secret.value not in answer.content.decode()
