"""The one answer that shows a secret: once, to whoever asked, and nowhere else, however it is asked for again."""

import re

import pytest
from django.test import Client

from accounts.models import Session
from audit.models import Event
from tests.cast import Cast, SignIn
from tests.tokens.pages import FORM, HTMX, LIST, NEW, secrets_in
from tokens.models import IdempotencyKey, Token
from tokens.verification import Verified, verify


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


def test_the_secret_is_once_in_the_answer_to_the_post_itself_and_works(marc: Client) -> None:
    page = marc.post(NEW, FORM)
    [secret] = secrets_in(page)
    assert page.status_code == 200
    assert isinstance(verify(secret, address="192.0.2.1"), Verified)
    assert str(Token.objects.get().pk) in page.content.decode()


def test_the_answer_is_stored_by_nobody(marc: Client) -> None:
    page = marc.post(NEW, FORM)
    assert page["Cache-Control"] == "no-store"
    assert "Location" not in page
    assert "Set-Cookie" not in page


def test_the_field_is_left_alone_by_browsers(marc: Client) -> None:
    text = marc.post(NEW, FORM).content.decode()
    [tag] = [tag for tag in re.findall(r"<(?:input|textarea|output)[^>]*>", text) if "data-secret" in tag]
    for part in ("readonly", 'autocomplete="off"', 'spellcheck="false"', 'translate="no"'):
        assert part in tag, part


def test_the_command_lines_never_hold_the_secret(marc: Client) -> None:
    page = marc.post(NEW, FORM)
    [secret] = secrets_in(page)
    snippets = re.findall(r"<pre.*?</pre>", page.content.decode(), re.DOTALL)
    assert len(snippets) == 4
    assert not [text for text in snippets if secret in text]
    assert "http://testserver/api/v1/me" in snippets[0]


def test_htmx_gets_a_dialog_that_never_reaches_the_history(marc: Client) -> None:
    page = marc.post(NEW, FORM, headers=HTMX)
    assert page.status_code == 200
    assert (page["HX-Retarget"], page["HX-Reswap"], page["HX-Push-Url"]) == ("#dialog", "innerHTML", "false")
    assert "<html" not in page.content.decode()
    assert len(secrets_in(page)) == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_repeated_post_says_already_shown_and_makes_no_second_token(marc: Client, headers: dict[str, str]) -> None:
    first = marc.post(NEW, FORM, headers=headers)
    assert len(secrets_in(first)) == 1
    for _ in range(3):
        again = marc.post(NEW, FORM, headers=headers)
        assert again.status_code == 200
        assert secrets_in(again) == []
        assert "cannot be shown again" in again.content.decode()
        assert str(Token.objects.get().pk) in again.content.decode()
    assert Event.objects.filter(action="token.revealed").count() == 1


@pytest.mark.parametrize("path", [NEW, f"{NEW}summary/"])
@pytest.mark.parametrize("method", ["get", "head", "options", "put", "patch", "delete", "trace"])
def test_no_other_method_makes_or_shows_anything(marc: Client, path: str, method: str) -> None:
    assert secrets_in(marc.generic(method.upper(), path)) == []
    assert not Token.objects.exists()


def test_get_with_the_whole_form_in_the_address_makes_nothing(marc: Client) -> None:
    assert marc.get(NEW, FORM).status_code == 200
    assert marc.head(NEW, FORM).status_code == 200
    assert not Token.objects.exists()


def test_after_it_was_shown_no_page_shows_it_again(cast: Cast, sign_in: SignIn, marc: Client) -> None:
    [secret] = secrets_in(marc.post(NEW, FORM))
    token = Token.objects.get()
    pages = [
        LIST,
        f"{LIST}{token.pk}/",
        f"{LIST}{token.pk}/edit/",
        f"{LIST}{token.pk}/revoke/",
        f"{NEW}?like={token.pk}",
    ]
    for browser in (marc, sign_in(cast.olivia.user)):
        for path in [*pages, "/t/acme/settings/audit-log/"]:
            text = browser.get(path).content.decode()
            assert secret[26:-6] not in text, path


def test_nothing_that_is_kept_holds_it(marc: Client) -> None:
    [secret] = secrets_in(marc.post(NEW, FORM))
    part = secret[26:-6]
    kept: list[object] = [*Token.objects.values(), *Event.objects.values(), *IdempotencyKey.objects.values()]
    kept += [session.get_decoded() for session in Session.objects.all()]
    assert len(kept) >= 5
    assert part not in str(kept)


def test_one_persons_repeat_is_not_another_persons(cast: Cast, sign_in: SignIn, marc: Client) -> None:
    marc.post(NEW, FORM)
    victor = sign_in(cast.victor.user)
    assert len(secrets_in(victor.post(NEW, FORM))) == 1
    assert Token.objects.count() == 2


def test_a_tenant_token_is_revealed_to_whoever_made_it(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.olivia.user).post(NEW, {**FORM, "kind": "tenant"})
    [secret] = secrets_in(page)
    assert secret.startswith("tpt_")
