"""Ten minutes after the last proof the form itself asks for the password, and nothing typed is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from audit.models import Event
from tests.cast import Cast, SignIn
from tests.factories import PASSWORD
from tests.tokens.pages import FORM, HTMX, NEW, complaints, held_by_form, secrets_in
from tokens.models import Token

START = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def marc(clock: time_machine.Traveller, cast: Cast, sign_in: SignIn) -> Client:
    """Signed in at START."""
    return sign_in(cast.marc.user)


def later(clock: time_machine.Traveller, **by: int) -> None:
    clock.shift(timedelta(**by))


def test_the_sign_in_itself_counts_for_ten_minutes(marc: Client, clock: time_machine.Traveller) -> None:
    later(clock, minutes=9, seconds=59)
    assert "password" not in held_by_form(marc.get(NEW))
    assert len(secrets_in(marc.post(NEW, FORM))) == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_after_ten_minutes_the_form_asks_for_the_password(
    marc: Client, clock: time_machine.Traveller, headers: dict[str, str]
) -> None:
    later(clock, minutes=10)
    page = marc.post(NEW, {**FORM, "description": "kept"}, headers=headers)
    assert page.status_code == 422
    assert complaints(page) == ["password"]
    held = held_by_form(page)
    assert (held["name"], held["description"], held["scope:assets"]) == ("Nightly sync", "kept", "read")
    assert held["password"] == ""
    assert not Token.objects.exists()


def test_the_form_shows_the_field_before_it_is_needed(marc: Client, clock: time_machine.Traveller) -> None:
    later(clock, minutes=10)
    assert "password" in held_by_form(marc.get(NEW))


def test_a_wrong_password_is_said_and_written_down(cast: Cast, marc: Client, clock: time_machine.Traveller) -> None:
    later(clock, minutes=10)
    page = marc.post(NEW, {**FORM, "password": "not-my-password"})
    assert page.status_code == 422
    assert "That is not your password" in page.content.decode()
    assert "not-my-password" not in page.content.decode()
    assert not Token.objects.exists()
    event = Event.objects.get(action="session.reauthentication_failed")
    assert (event.tenant_id, event.actor_id) == (cast.acme.pk, str(cast.marc.user.pk))
    assert "not-my-password" not in str(Event.objects.values().get(pk=event.pk))


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_the_right_password_issues_at_once_and_changes_the_session(
    marc: Client, clock: time_machine.Traveller, headers: dict[str, str]
) -> None:
    later(clock, minutes=10)
    before = marc.session.session_key
    page = marc.post(NEW, {**FORM, "password": PASSWORD}, headers=headers)
    assert len(secrets_in(page)) == 1
    assert PASSWORD not in page.content.decode()
    assert marc.session.session_key != before
    assert Event.objects.filter(action="session.reauthenticated").count() == 1


def test_a_password_once_given_counts_for_ten_more_minutes(marc: Client, clock: time_machine.Traveller) -> None:
    later(clock, minutes=10)
    marc.post(NEW, {**FORM, "password": PASSWORD})
    later(clock, minutes=9)
    assert len(secrets_in(marc.post(NEW, {**FORM, "key": "k2"}))) == 1
    later(clock, minutes=1)
    assert marc.post(NEW, {**FORM, "key": "k3"}).status_code == 422


def test_a_missing_password_and_an_empty_name_are_told_together(marc: Client, clock: time_machine.Traveller) -> None:
    later(clock, minutes=10)
    assert sorted(complaints(marc.post(NEW, {**FORM, "name": ""}))) == ["name", "password"]


def test_a_password_that_was_changed_elsewhere_ends_the_session(cast: Cast, marc: Client) -> None:
    cast.marc.user.set_password("another-long-password")
    cast.marc.user.save()
    answer = marc.post(NEW, {**FORM, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/sign-in/")
    assert not Token.objects.exists()


def test_guessing_is_slowed_down(marc: Client, clock: time_machine.Traveller) -> None:
    later(clock, minutes=10)
    said = [marc.post(NEW, {**FORM, "password": f"guess {number}"}).content.decode() for number in range(25)]
    assert "Too many attempts" in said[-1]
    assert "Too many attempts" in marc.post(NEW, {**FORM, "password": PASSWORD}).content.decode()
    assert not Token.objects.exists()


@pytest.mark.parametrize("part", ["", "summary/"])
def test_looking_needs_no_password(marc: Client, clock: time_machine.Traveller, part: str) -> None:
    later(clock, minutes=29)
    assert (marc.post(NEW + part, FORM) if part else marc.get(NEW)).status_code == 200
