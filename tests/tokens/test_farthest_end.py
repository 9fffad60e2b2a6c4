"""No token ends on a day that is none for somebody: an end is ten years away at most, at every door."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from audit import clock
from tests import factories
from tests.api.managing import backend
from tests.api.rest import fields, program
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, LIST, NEW, complaints
from tokens import drafts, lifecycle, policy
from tokens.expiry import FARTHEST_DAYS
from tokens.kinds import Kind
from tokens.models import Token
from tokens.rights import Right

LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
FORM_OF_TENANT = {**FORM, "kind": "tenant", "expires": "custom"}
LOG, QUEUE = "/t/acme/settings/audit-log/", "/t/acme/settings/needs-owner/"


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    """East of UTC, where the last day of all has no evening."""
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    cast.olivia.user.time_zone = "Pacific/Kiritimati"
    cast.olivia.user.save()
    return sign_in(cast.olivia.user)


@pytest.fixture
def lasting(cast: Cast, olivia: Client, monkeypatch: pytest.MonkeyPatch) -> Token:
    """As one was made before there was a last day."""
    with monkeypatch.context() as before:
        before.setattr(drafts, "farthest", lambda start: LAST + timedelta(seconds=0.9))
        return factories.token(cast.olivia.actor, kind=Kind.TENANT, name="Lasting", lives=LAST - clock.now()).token


def farthest() -> datetime:
    return clock.now() + timedelta(days=FARTHEST_DAYS)


def test_the_api_says_which_end_is_the_last(cast: Cast, olivia: Client) -> None:
    by, new = program(cast.olivia.actor, kind=Kind.TENANT, lives=None), {"name": "x", "scope": "assets:read"}
    for end in (LAST, farthest() + timedelta(minutes=1)):
        refused = by.post("/tokens", {**new, "kind": "tenant", "expires_at": end.isoformat()})
        assert fields(refused) == {"expires_at"}
        assert f"on or before {farthest():%-d %b %Y}" in refused.json()["errors"][0]["message"]
    last = (farthest() - timedelta(seconds=5)).isoformat()
    assert by.post("/tokens", {**new, "kind": "tenant", "expires_at": last}).status_code == 201


def test_the_form_says_so_too_and_offers_the_last_day(cast: Cast, olivia: Client) -> None:
    refused = olivia.post(NEW, {**FORM_OF_TENANT, "until": "9999-12-31"})
    assert refused.status_code == 422
    assert complaints(refused) == ["expires"]
    assert "An end is ten years away at most." in _of(refused)
    assert f'max="{farthest().date()}"' in _of(refused)
    assert olivia.post(NEW, {**FORM_OF_TENANT, "until": farthest().date().isoformat()}).status_code == 200
    made = Token.objects.get(kind=Kind.TENANT)
    assert made.expires_at
    assert made.expires_at.date() == farthest().date()


@pytest.mark.parametrize("until", ["9999-12-30", "0001-01-01"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_summary_shows_any_day_that_can_be_typed(cast: Cast, olivia: Client, until: str, zone: str) -> None:
    cast.olivia.user.time_zone = zone
    cast.olivia.user.save()
    shown = olivia.post(f"{NEW}summary/", {**FORM_OF_TENANT, "until": until})
    assert shown.status_code == 200
    assert f"{date.fromisoformat(until):%Y}" in _of(shown)


def test_another_person_is_offered_none_that_is_further_away(cast: Cast, olivia: Client) -> None:
    by = backend(Right.TOKENS)
    new = {"name": "x", "scope": "assets:read", "member_id": str(cast.marc.membership.pk)}
    refused = by.post("/api/v1/tokens", {**new, "expires_at": LAST.isoformat()}, x_tenant_id=str(cast.acme.pk))
    assert fields(refused) == {"expires_at"}


@pytest.mark.parametrize("revoked", [False, True])
def test_a_token_of_before_breaks_no_page(cast: Cast, olivia: Client, lasting: Token, revoked: bool) -> None:
    Token.objects.filter(pk=lasting.pk).update(responsible=None)
    if revoked:
        lifecycle.revoke(lasting, by=cast.olivia.actor)
    for page in (LIST, f"{LIST}{lasting.pk}/", LOG, QUEUE, f"{NEW}?like={lasting.pk}"):
        assert olivia.get(page).status_code == 200, page
    assert "31 Dec 9999" in _of(olivia.get(f"{LIST}{lasting.pk}/"))
    assert (lasting.name in _of(olivia.get(QUEUE))) is not revoked


def _of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]
