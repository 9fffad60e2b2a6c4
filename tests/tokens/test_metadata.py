"""What somebody attaches to a token: typed as JSON, kept as it is, shown to people, and put into JWTs."""

import json
import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.api.frontegg.test_exchange import claims_of, traded
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, LIST, NEW, complaints, held_by_form
from tokens import lifecycle, metadata
from tokens.lifecycle import Issued
from tokens.models import Token

TEAM = {"team": "data", "tags": ["nightly", 7, None], "Zoë": "<b>"}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
leaves = texts | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False)
things = st.dictionaries(texts, st.recursive(leaves, st.lists, max_leaves=5), max_size=5)


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


@pytest.fixture
def issued(cast: Cast) -> Issued:
    return lifecycle.issue(factories.draft("assets:read", metadata=TEAM), by=cast.marc.actor)


@given(things)
def test_what_is_written_for_people_reads_as_what_it_was(thing: dict[str, object]) -> None:
    text = metadata.as_text(thing)
    assert metadata.read(text) == thing
    assert not metadata.NOT_PRINTABLE.search(text)


def test_nothing_that_turns_or_hides_other_characters_is_written_as_it_is() -> None:
    assert metadata.as_text({"a": "\u202eb\x9b\x7f\t"}) == '{\n  "a": "\\u202eb\\u009b\\u007f\\t"\n}'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("team=data", "Metadata is not valid JSON: expecting value at line 1, column 1."),
        (
            '{"team": "data",\n "tags": [1 2]}',
            "Metadata is not valid JSON: expecting ',' delimiter at line 2, column 13.",
        ),
        ('{"team": "data', "Metadata is not valid JSON: unterminated string starting at line 1, column 10."),
        ("{} {}", "Metadata is not valid JSON: extra data at line 1, column 4."),
        ('{"a": 1, "a": 2}', "Metadata gives a name twice."),
        ("[" * 100_000, "This is more than metadata may hold."),
        ('{"a": ' + "9" * 5_000 + "}", "This is more than metadata may hold."),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        metadata.read(text)


def test_the_form_takes_it_and_the_page_shows_it(cast: Cast, marc: Client) -> None:
    assert marc.post(NEW, {**FORM, "metadata": json.dumps(TEAM)}).status_code == 200
    token = Token.objects.get()
    assert token.metadata == TEAM
    page = marc.get(f"{LIST}{token.pk}/").content.decode()
    assert "&quot;Zoë&quot;: &quot;&lt;b&gt;&quot;" in page
    assert "<b>&quot;" not in page


def test_without_any_there_is_an_empty_object_and_nothing_to_see(marc: Client) -> None:
    assert marc.post(NEW, {**FORM, "metadata": " \r\n "}).status_code == 200
    token = Token.objects.get()
    assert token.metadata == {}
    assert "metadata-heading" not in marc.get(f"{LIST}{token.pk}/").content.decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "Metadata is not valid JSON: expecting property name"),
        ("[1]", "Metadata must be an object"),
        ("null", "Metadata must be an object"),
        ('{"a": NaN}', "Metadata holds what JSON cannot hold."),
        ('{"a": "' + "x" * 4_096 + '"}', "Metadata takes 4,105 bytes; 4,096 is the limit."),
        ('{"a": ' + "[" * 16 + "]" * 16 + "}", "Metadata must have at most 16 levels."),
        ('{"a": "\\u0000"}', "Metadata must not hold a NUL."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_stays(marc: Client, text: str, sentence: str) -> None:
    page = marc.post(NEW, {**FORM, "metadata": text})
    assert (page.status_code, complaints(page)) == (422, ["metadata"])
    assert page.content.decode().count(sentence) == 2  # beside the field, and in the summary that leads there
    assert held_by_form(page)["metadata"] == text
    assert not Token.objects.exists()


def test_a_secret_in_it_is_refused(cast: Cast, marc: Client, issued: Issued) -> None:
    page = marc.post(NEW, {**FORM, "metadata": json.dumps({"old": [issued.secret.value]})})
    assert (page.status_code, complaints(page)) == (422, ["metadata"])
    assert "Metadata contains a token" in page.content.decode()


def test_one_like_it_has_the_same(marc: Client, issued: Issued) -> None:
    held = held_by_form(marc.get(NEW, {"like": str(issued.token.pk)}))
    assert json.loads(held["metadata"]) == TEAM
    assert held_by_form(marc.get(NEW))["metadata"] == ""


def test_a_native_tokens_is_in_the_jwt_that_frontegg_s_clients_get(issued: Issued) -> None:
    assert claims_of(traded(issued)["accessToken"])["metadata"] == TEAM
