"""One token's page: what it can do, what happened to it, and never more than one may know."""

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from audit.models import Event
from tests import factories
from tests.cast import Cast, SignIn
from tests.tokens.pages import LIST, NEW
from tokens import lifecycle, policy
from tokens.kinds import Kind
from tokens.models import Token


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


def test_it_says_who_made_it_what_it_can_do_and_until_when(cast: Cast, olivia: Client) -> None:
    token = factories.token(cast.marc.actor, "assets:write", name="Nightly", networks="10.0.0.0/8").token
    text = olivia.get(f"{LIST}{token.pk}/").content.decode()
    assert token.expires_at
    expected = [
        "Nightly",
        "Created by Marc Test",
        "Read and change",
        "assets:write",
        str(token.pk),
        token.hint,
        f"{token.expires_at:%-d %b %Y, %H:%M:%S} UTC",
        "10.0.0.0/8",
        "Never used",
        "Token created by Marc Test",
        "Secret shown by Marc Test",
    ]
    assert [part for part in expected if part not in text] == []


def test_its_activity_is_its_own(cast: Cast, olivia: Client) -> None:
    token = factories.token(cast.marc.actor, name="This").token
    other = factories.token(cast.marc.actor, name="Other").token
    lifecycle.revoke(other, by=cast.marc.actor, reason="only the other")
    assert "only the other" not in olivia.get(f"{LIST}{token.pk}/").content.decode()
    assert "only the other" in olivia.get(f"{LIST}{other.pk}/").content.decode()


def test_a_developer_sees_own_tokens_and_no_link_to_the_log(cast: Cast, sign_in: SignIn) -> None:
    token = factories.token(cast.marc.actor).token
    text = sign_in(cast.marc.user).get(f"{LIST}{token.pk}/").content.decode()
    assert "audit-log" not in text
    assert "Narrow the scopes" in text


@pytest.mark.parametrize(
    ("kind", "lives"), [(Kind.TENANT, None), (Kind.TENANT, timedelta(hours=1)), (Kind.PERSONAL, timedelta(days=300))]
)
def test_every_life_can_be_drawn(cast: Cast, olivia: Client, kind: Kind, lives: timedelta | None) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, never=True)
    token = factories.token(cast.olivia.actor, kind=kind, lives=lives).token
    for ago in (timedelta(0), timedelta(days=1), timedelta(days=400)):
        with clock.at(clock.now() + ago):
            assert olivia.get(f"{LIST}{token.pk}/").status_code == 200
            assert olivia.get(LIST).status_code == 200


def test_looking_is_not_an_event(cast: Cast, olivia: Client) -> None:
    token = factories.token(cast.marc.actor).token
    before = Event.objects.count()
    for path in (f"{LIST}{token.pk}/", LIST, NEW, "/t/acme/settings/developers/scopes/"):
        olivia.get(path)
        olivia.head(path)
    assert Event.objects.count() == before
    assert Token.objects.values().get()["last_used_at"] is None


def test_the_scopes_page_says_which_ones_one_has(cast: Cast, sign_in: SignIn, olivia: Client) -> None:
    text = olivia.get("/t/acme/settings/developers/scopes/").content.decode()
    assert "shared/inboxes:write" in text
    assert ">No<" not in text
    assert ">No<" in sign_in(cast.victor.user).get("/t/acme/settings/developers/scopes/").content.decode()
