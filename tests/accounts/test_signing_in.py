"""Signing in, out and proving it again: through the real pages, and what the ledger hears of each."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Session, User
from audit.models import Event
from tests import factories
from tests.cast import Cast, SignIn
from tests.factories import PASSWORD

SIGN_IN, OUT, CONFIRM = "/account/sign-in/", "/account/sign-out/", "/account/confirm/"
CHANGE, RESET = "/account/password/", "/account/password/reset/"
NEW_PASSWORD = "quite-another-long-password"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def test_the_right_password_opens_the_house_and_is_in_the_ledger_of_each_tenant(cast: Cast, client: Client) -> None:
    factories.member(cast.marc.user, cast.globex, "viewer")
    answer = _sign_in(client, "MARC@acme.test ")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    events = Event.objects.filter(action="session.signed_in")
    assert {event.tenant_id for event in events} == {cast.acme.pk, cast.globex.pk}
    assert {event.actor_label for event in events} == {"Marc Test"}
    assert client.get("/").status_code == 302


def test_who_belongs_nowhere_signs_in_too(petra: User, client: Client) -> None:
    _sign_in(client, petra.email)
    assert Event.objects.get(action="session.signed_in").tenant_id is None


def test_a_wrong_password_and_an_unknown_address_are_refused_alike(cast: Cast, client: Client) -> None:
    said = []
    for email in ("marc@acme.test", "nobody@acme.test"):
        answer = _sign_in(client, email, "wrong-password")
        text = answer.content.decode()
        assert (answer.status_code, "_auth_user_id" in client.session) == (200, False)
        assert "wrong-password" not in text
        said.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text).replace(email, ""))
    assert said[0] == said[1]
    assert "Email or password is wrong." in said[0]


def test_a_refusal_is_summed_where_the_account_belongs(cast: Cast, client: Client) -> None:
    for _ in range(3):
        _sign_in(client, "marc@acme.test", "wrong-password")
    event = Event.objects.get(action="session.sign_in_failed")
    assert (event.tenant_id, event.actor_id, event.count) == (cast.acme.pk, str(cast.marc.user.pk), 3)
    assert "wrong-password" not in str(Event.objects.values())


def test_a_refusal_of_nobody_is_no_tenants_business(cast: Cast, client: Client) -> None:
    _sign_in(client, "nobody@acme.test", "wrong-password")
    event = Event.objects.get(action="session.sign_in_failed")
    assert (event.tenant_id, event.actor_kind, event.actor_label) == (None, "unknown", "nobody@acme.test")


def test_a_closed_account_stays_outside_although_the_password_is_right(cast: Cast, client: Client) -> None:
    User.objects.filter(pk=cast.marc.user.pk).update(is_active=False)
    _sign_in(client, "marc@acme.test")
    assert "_auth_user_id" not in client.session
    assert Event.objects.filter(action="session.sign_in_failed").count() == 1


def test_a_session_gets_a_new_id_at_sign_in(cast: Cast, client: Client) -> None:
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    _sign_in(client, "marc@acme.test")
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_guessing_from_one_address_is_stopped_and_the_owner_elsewhere_is_not(cast: Cast, client: Client) -> None:
    for _ in range(6):
        _sign_in(client, "marc@acme.test", "wrong-password")
    assert _sign_in(client, "marc@acme.test").status_code != 302
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert _sign_in(elsewhere, "marc@acme.test").status_code == 302


def test_guessing_many_accounts_from_one_address_is_stopped(cast: Cast, client: Client) -> None:
    for number in range(11):
        _sign_in(client, f"person{number}@acme.test", "wrong-password")
    assert _sign_in(client, "olivia@acme.test").status_code != 302


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example"],
)
def test_signing_in_never_leads_away(cast: Cast, client: Client, target: str) -> None:
    form = {"login": "marc@acme.test", "password": PASSWORD, "next": target}
    assert client.post(SIGN_IN, form)["Location"] == "/"


def test_signing_in_leads_to_where_one_wanted_to_go(cast: Cast, client: Client) -> None:
    asked = client.get("/t/acme/settings/audit-log/?q=x")
    assert asked["Location"] == f"{SIGN_IN}?next=/t/acme/settings/audit-log/%3Fq%3Dx"
    form = {"login": "olivia@acme.test", "password": PASSWORD, "next": "/t/acme/settings/audit-log/?q=x"}
    assert client.post(SIGN_IN, form)["Location"] == "/t/acme/settings/audit-log/?q=x"


def test_nobody_signs_up(client: Client) -> None:
    assert {client.get(f"/account/{path}/").status_code for path in ("signup", "sign-up", "register")} == {404}


# --- Out ------------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_and_only_by_post(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.marc.user)
    key = browser.session.session_key
    browser.get(OUT)
    assert browser.get("/t/acme/settings/developers/tokens/").status_code == 200
    browser.post(OUT)
    assert not Session.objects.filter(pk=key).exists()
    assert browser.get("/t/acme/settings/developers/tokens/").status_code == 302
    assert Event.objects.get(action="session.signed_out").actor_label == "Marc Test"


# --- The password ---------------------------------------------------------------------------------


def test_proving_it_again_changes_the_session_and_is_in_the_ledger(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.marc.user)
    before = browser.session.session_key
    refused = browser.post(CONFIRM, {"password": "wrong-password"})
    assert refused.status_code == 200
    assert browser.post(CONFIRM, {"password": PASSWORD, "next": "/"}).status_code == 302
    assert browser.session.session_key != before
    assert [event.action for event in Event.objects.filter(action__contains="reauthent").order_by("id")] == [
        "session.reauthentication_failed",
        "session.reauthenticated",
    ]


def test_a_changed_password_ends_every_other_session(cast: Cast, sign_in: SignIn) -> None:
    here, there = sign_in(cast.marc.user), sign_in(cast.marc.user)
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert here.post(CHANGE, form).status_code == 302
    assert here.get("/t/acme/settings/developers/tokens/").status_code == 200
    assert there.get("/t/acme/settings/developers/tokens/").status_code == 302
    assert Event.objects.filter(action="session.password_changed").count() == 1


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012", "marc@acme.test"])
def test_a_weak_password_is_refused(cast: Cast, sign_in: SignIn, password: str) -> None:
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert sign_in(cast.marc.user).post(CHANGE, form).status_code == 200
    cast.marc.user.refresh_from_db()
    assert cast.marc.user.check_password(PASSWORD)


def test_a_reset_says_the_same_while_mail_is_away(cast: Cast, client: Client, settings: Settings) -> None:
    away = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAILERS = {"default": {"BACKEND": away, "OPTIONS": {"host": "127.0.0.1", "port": 1}}}
    answers = [client.post(RESET, {"email": email}) for email in ("marc@acme.test", "nobody@acme.test")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, f"{RESET}sent/")}


def test_too_many_resets_have_to_wait_and_are_told_how_long(cast: Cast, client: Client) -> None:
    answers = [client.post(RESET, {"email": "marc@acme.test"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert "Too many attempts" in answers[-1].content.decode()


def test_a_reset_link_names_the_portal_and_not_the_host_that_was_asked(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_ORIGIN = "https://tokens.example.com"
    client.post(RESET, {"email": "marc@acme.test"}, headers={"Host": "127.0.0.1:4444"})
    assert "\n    https://tokens.example.com/account/password/reset/key/" in mail.outbox[0].body
    assert "4444" not in mail.outbox[0].body


def test_a_reset_link_works_once_and_says_the_same_to_strangers(
    cast: Cast, client: Client, clock: time_machine.Traveller
) -> None:
    answers = [client.post(RESET, {"email": email}) for email in ("marc@acme.test", "nobody@acme.test")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, f"{RESET}sent/")}
    [message] = mail.outbox
    assert message.to == ["marc@acme.test"]
    [link] = [word for word in message.body.split() if "/password/reset/key/" in word]
    page = client.get(link, follow=True)
    form = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(page.redirect_chain[-1][0], form)
    assert _sign_in(Client(), "marc@acme.test", NEW_PASSWORD).status_code == 302
    clock.shift(timedelta(seconds=1))
    again = Client()
    refused = again.get(link, follow=True)
    assert 'name="password1"' not in refused.content.decode()


def _sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(SIGN_IN, {"login": email, "password": password})
