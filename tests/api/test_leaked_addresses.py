"""A token in an address is in histories and logs by now: refused wherever it stands, and its tenant is told."""

from urllib.parse import quote

import pytest
from django.test import Client

from audit.actions import Action
from audit.models import Event
from tests import factories
from tests.cast import Cast
from tests.tokens.jwts import Forge, exchanged
from tests.tokens.rows import forged
from tokens.lifecycle import Issued

PLACES = {
    "query": "/api/v1/me?access_token={}",
    "query, alone": "/api/v1/me?{}",
    "query, after Bearer": "/api/v1/me?q=Bearer%20{}",
    "query, after a plus": "/api/v1/me?q=Bearer+{}",
    "path": "/api/v1/{}",
    "path and more": "/api/v1/{}/me",
    "unknown path": "/nowhere/{}",
    "page": "/t/acme/settings/developers/tokens/?q={}",
    "sign-in": "/account/sign-in/?next=/{}",
}


@pytest.fixture
def issued(cast: Cast) -> Issued:
    return factories.token(cast.marc.actor)


@pytest.mark.parametrize("place", PLACES)
def test_a_token_in_an_address_is_a_bad_request_and_in_the_ledger(issued: Issued, client: Client, place: str) -> None:
    answer = client.get(PLACES[place].format(issued.secret.value))
    assert answer.status_code == 400
    event = Event.objects.get(action=Action.TOKEN_LEAKED)
    assert (event.target_id, event.detail) == (str(issued.token.pk), {"where": "address"})
    assert event.request_id == answer["X-Request-ID"]


@pytest.mark.parametrize("place", PLACES)
def test_so_is_a_jwt_that_was_made_of_one(issued: Issued, client: Client, place: str) -> None:
    answer = client.get(PLACES[place].format(exchanged(issued).jwt.value))
    assert answer.status_code == 400
    event = Event.objects.get(action=Action.TOKEN_LEAKED)
    assert (event.target_id, event.detail) == (str(issued.token.pk), {"where": "address"})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD"])
def test_every_method_is_looked_at(issued: Issued, client: Client, method: str) -> None:
    assert client.generic(method, f"/api/v1/me?token={issued.secret.value}").status_code == 400
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).count() == 1


def test_a_percent_encoded_one_is_found_too(issued: Issued, client: Client) -> None:
    encoded = "".join(f"%{ord(letter):02X}" for letter in issued.secret.value)
    jwt = exchanged(issued).jwt.value.replace("_", "%5f").replace("eyJ", "%65yJ")
    for text in (encoded, quote(issued.secret.value).replace("_", "%5f"), jwt):
        assert client.get(f"/api/v1/me?token={text}").status_code == 400
    assert Event.objects.filter(action=Action.TOKEN_LEAKED).count() == 3


def test_a_good_header_does_not_make_it_better(issued: Issued, client: Client) -> None:
    headers = {"Authorization": f"Bearer {issued.secret.value}"}
    assert client.get(f"/api/v1/me?token={issued.secret.value}", headers=headers).status_code == 400


def test_a_made_up_one_is_refused_and_fills_no_ledger(issued: Issued, client: Client) -> None:
    for text in (forged(issued), "tpp_" + "0" * 71):
        assert client.get(f"/api/v1/me?token={text}").status_code == 400
    assert not Event.objects.filter(action=Action.TOKEN_LEAKED).exists()


def test_machines_are_answered_in_json_and_people_with_a_page(issued: Issued, client: Client) -> None:
    machine = client.get(f"/api/v1/me?token={issued.secret.value}")
    page = client.get(f"/?token={issued.secret.value}")
    assert machine.json()["code"] == "bad_request"
    assert "<html" in page.content.decode()
    for answer in (machine, page):
        assert issued.secret.value[4:] not in answer.content.decode()


def test_a_jwt_of_somebody_else_is_no_leak_of_ours(cast: Cast, client: Client) -> None:
    foreign = Forge.of(cast).claiming(iss="https://other.test")
    assert client.get(f"/api/v1/me?hint={foreign}").status_code == 401
    assert not Event.objects.filter(action=Action.TOKEN_LEAKED).exists()


def test_an_ordinary_address_is_no_leak(cast: Cast, client: Client) -> None:
    assert client.get("/api/v1/me?token=short&tpp_=1").status_code == 401
