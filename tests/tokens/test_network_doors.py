"""A list of networks that limits nobody is refused, on the page and by the API alike."""

import pytest
from django.test import Client

from tests import factories
from tests.api.rest import NEW, fields, strong
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, complaints
from tests.tokens.pages import NEW as PAGE
from tokens import policy
from tokens.models import Token
from tokens.verification import Refused, Verified, verify


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.olivia.user)


@pytest.mark.parametrize("demanded", [False, True])
@pytest.mark.parametrize(
    "networks",
    [[""], [" "], ["\u2028"], [","], ["10.0.0.0/8", ""], ["0.0.0.0/0", "::/0"], ["0.0.0.0/1", "128.0.0.0/1"]],
)
def test_the_api_takes_no_list_that_limits_nobody(cast: Cast, networks: list[str], demanded: bool) -> None:
    by = strong(cast)
    policy.change(cast.acme, by=cast.olivia.actor, networks=demanded)
    if demanded:
        Token.objects.filter(pk=by.issued.token.pk).update(networks_text="127.0.0.0/8")
    assert fields(by.post("/tokens", {**NEW, "networks": networks})) == {"networks"}
    assert Token.objects.count() == 1


@pytest.mark.parametrize("networks", [",", "0.0.0.0/0\n::/0", "::/1 8000::/1"])
def test_nor_does_the_page(olivia: Client, networks: str) -> None:
    refused = olivia.post(PAGE, {**FORM, "networks": networks})
    assert (refused.status_code, complaints(refused)) == (422, ["networks"])
    assert not Token.objects.exists()


def test_a_policy_that_demands_networks_is_not_met_by_blanks(cast: Cast, olivia: Client) -> None:
    policy.change(cast.acme, by=cast.olivia.actor, networks=True)
    refused = olivia.post(PAGE, {**FORM, "networks": " \u2028 "})
    assert (refused.status_code, complaints(refused)) == (422, ["networks"])


def test_a_token_for_an_address_in_the_other_spelling_works_from_there(cast: Cast) -> None:
    made = strong(cast).post("/tokens", {**NEW, "networks": ["::ffff:192.0.2.1"]}).json()
    assert made["networks"] == ["192.0.2.1/32"]
    for address in ("192.0.2.1", "::ffff:192.0.2.1"):
        assert isinstance(verify(made["secret"], address=address), Verified)
    assert isinstance(verify(made["secret"], address="::ffff:192.0.2.2"), Refused)


def test_one_that_was_stored_so_before_works_too(cast: Cast) -> None:
    issued = factories.token(cast.marc.actor)
    Token.objects.filter(pk=issued.token.pk).update(networks_text="::ffff:192.0.2.1/128")
    assert isinstance(verify(issued.secret.value, address="192.0.2.1"), Verified)
