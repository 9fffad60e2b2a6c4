"""Whatever is wrong with an unproven credential, the answer is the same to the byte, and never a 5xx."""

import json

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from api.auth import authenticate
from audit.ids import UNNAMED, uuid7
from audit.models import Event
from tests import factories
from tests.cast import Cast
from tests.examples import IN_CI, examples
from tests.tokens import states
from tests.tokens.rows import forged
from tests.unnamed import unnamed
from tokens import secret
from tokens.kinds import Kind
from tokens.models import Token
from tokens.secret import ALPHABET

ME = "/api/v1/me"
REFUSAL = {
    "type": "about:blank",
    "title": "Unauthorized",
    "status": 401,
    "code": "invalid_token",
    "detail": "The token is not valid.",
    "request_id": UNNAMED,
}
CHALLENGE = 'Bearer realm="token-portal", error="invalid_token"'

_latin = st.text(st.characters(max_codepoint=255), max_size=90)
_digits = st.text(ALPHABET, min_size=71, max_size=71)
_nearly = st.builds(
    "{}{}_{}{}".format,
    st.sampled_from(["tp", "t", "tokenpor", "TP", "acme", ""]),
    st.sampled_from("ptsvx"),
    st.text(ALPHABET, min_size=65, max_size=73) | _digits,
    st.sampled_from(["", " ", "\t", ".", ",", "\x00", "="]),
)
_well_formed = st.builds(
    lambda kind, pk, part: secret.assemble("tp", kind, pk, secret.Secret(part)).value,
    st.sampled_from(Kind),
    st.uuids(),
    st.text(ALPHABET, min_size=43, max_size=43),
)
_credentials = _latin | _nearly | _well_formed | st.text("tp_0zZ", max_size=400)
_schemes = st.sampled_from(["Bearer", "bearer", "BEARER", "Basic", "Digest", "Token", "Bearer:", "", "Bearer,"])
headers = st.builds("{}{}{}".format, _schemes, st.sampled_from([" ", "  ", "\t", "", ", "]), _credentials) | _latin


@pytest.mark.django_db
@settings(max_examples=10_000 if IN_CI else 1_000)
@given(header=headers.filter(bool))
def test_thousands_of_wrong_headers_get_one_answer(rf: RequestFactory, unlimited: None, header: str) -> None:
    answer = authenticate(rf.get(ME, HTTP_AUTHORIZATION=header))
    assert isinstance(answer, HttpResponse)
    found = (answer.status_code, json.loads(answer.content), answer["WWW-Authenticate"])
    assert found == (401, REFUSAL, CHALLENGE)


@pytest.mark.django_db
@settings(max_examples=examples(300))
@given(header=headers.filter(bool))
def test_through_the_whole_house_it_is_the_same_answer(client: Client, unlimited: None, header: str) -> None:
    answer = client.get(ME, HTTP_AUTHORIZATION=header)
    told = {**REFUSAL, "request_id": answer["X-Request-ID"]}
    assert (answer.status_code, answer.json(), answer["WWW-Authenticate"]) == (401, told, CHALLENGE)
    assert set(answer.headers) == set(client.get(ME, HTTP_AUTHORIZATION="Bearer x").headers)


def test_unknown_wrong_and_malformed_are_equal_to_the_byte(cast: Cast, client: Client) -> None:
    issued = factories.token(cast.marc.actor)
    unknown = secret.assemble("tp", Kind.PERSONAL, uuid7(), secret.mint()).value
    dead = [forged(states.REFUSED[state](cast)) for state in ("revoked", "expired")]
    foreign = "acme" + issued.secret.value[2:]
    wrong = [unknown, forged(issued), *dead, foreign, issued.secret.value[:-1], "x", "tpp_" + "0" * 71]
    answers = [client.get(ME, headers={"Authorization": f"Bearer {text}"}) for text in wrong]
    assert {(answer.status_code, unnamed(answer)) for answer in answers} == {(401, unnamed(answers[0]))}
    heads = [{name: text for name, text in answer.headers.items() if name != "X-Request-ID"} for answer in answers]
    assert all(head == heads[0] for head in heads)


def test_without_any_credential_no_error_is_named(db: None, client: Client) -> None:
    for given_headers in ({}, {"Authorization": ""}):
        answer = client.get(ME, headers=given_headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "missing")
        assert answer["WWW-Authenticate"] == 'Bearer realm="token-portal"'


def test_a_header_that_is_too_long_is_told_so(db: None, client: Client) -> None:
    answer = client.get(ME, headers={"Authorization": "Bearer " + "x" * 16 * 1024})
    assert (answer.status_code, answer.json()["code"]) == (431, "header_too_large")
    assert client.get(ME, headers={"Authorization": "Bearer " + "x" * (16 * 1024 - 7)}).status_code == 401


def test_two_credentials_at_once_are_none(cast: Cast, client: Client) -> None:
    """A server joins repeated headers with a comma."""
    text = factories.token(cast.marc.actor).secret.value
    assert client.get(ME, headers={"Authorization": f"Bearer {text}, Bearer {text}"}).status_code == 401


def test_a_refusal_writes_nothing(cast: Cast, client: Client) -> None:
    issued = factories.token(cast.marc.actor)
    before = (Token.objects.values().get(), Event.objects.count())
    for text in ("x", forged(issued)):
        client.get(ME, headers={"Authorization": f"Bearer {text}"})
    assert (Token.objects.values().get(), Event.objects.count()) == before
