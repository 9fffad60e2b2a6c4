"""Log lines: one for each record, and nothing in them that opens a door."""

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.logs import LineFormatter, escape, redact

TOKEN = f"tpp_{'0A' * 11}{'zZ' * 24}9"


def line(message: str, *arguments: object, **more: object) -> str:
    record = logging.LogRecord("portal", logging.INFO, "", 0, message, arguments, None)
    record.__dict__.update(more)
    return LineFormatter().format(record)


def test_the_sample_is_as_long_as_a_token() -> None:
    assert len(TOKEN) == len("tpp_") + 71


@pytest.mark.parametrize("around", ["{}", "Bearer {}", "?token={}&x", '"{}"', "x{}", "{}trailing"])
def test_a_token_is_shown_by_kind_and_the_end_of_its_id_only(around: str) -> None:
    shown = redact(around.format(TOKEN))
    assert "zZ" not in shown
    assert "..." in shown


def test_a_token_cut_short_is_redacted_too() -> None:
    assert "zZzZ" not in redact(TOKEN[:50])


def test_other_credentials_are_redacted() -> None:
    assert redact("Authorization: Basic b2xpdmlhOnNlY3JldA==") == "Authorization: Basic [redacted]"


def test_a_jwt_is_redacted_wherever_it_stands() -> None:
    jwt = f"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.{'Zz-_' * 21}"
    assert redact(f"GET /?access_token={jwt}&x=1") == "GET /?access_token=[redacted]&x=1"


@pytest.mark.parametrize(
    "around",
    [
        "/hand-over/{}",
        "next=%2Fhand-over%2F{}&x",
        "GET /HAND-OVER/{} HTTP/1.1",
        "/invitations/{}/",
        "/claim/{}",
        "/account/email/{}/",
        "next=%2Faccount%2Femail%2F{}%2F",
        "/account/password/reset/key/{}/",
    ],
)
def test_a_one_time_code_is_redacted_in_every_address(around: str) -> None:
    code = "BCNBAJQ7dELnFGnZd-HQzb8tg4bbLlIkDnigU4HiaO0"
    assert redact(around.format(code)) == around.format("[redacted]")


def test_a_secret_given_as_an_argument_is_redacted() -> None:
    assert TOKEN not in line("refused %s", TOKEN)


def test_a_traceback_stays_on_the_line_and_keeps_no_secret() -> None:
    try:
        raise ValueError(TOKEN)
    except ValueError:
        shown = line("failed", exc_info=sys.exc_info())
    assert "ValueError" in shown
    assert "\n" not in shown
    assert TOKEN not in shown


@given(st.text())
def test_no_text_can_forge_a_line_or_move_a_cursor(text: str) -> None:
    assert all(character.isprintable() for character in escape(text) if ord(character) < 0xA0)
    assert len(line("%s", text).splitlines()) == 1
