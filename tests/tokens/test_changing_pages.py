"""Edit, narrow and revoke as pages: with and without htmx, refused in place, absent where there is nothing to do."""

import re
from datetime import timedelta
from html import escape
from string import ascii_letters, digits
from uuid import uuid4

import pytest
from django.test import Client

from accounts import memberships
from accounts.models import Role
from audit import clock
from audit.models import Event
from tests import factories
from tests.api.rest import program
from tests.cast import Cast, SignIn
from tests.tokens.offering import offer
from tests.tokens.pages import HTMX, LIST, complaints, held_by_form
from tests.unnamed import unnamed
from tokens import lifecycle
from tokens.models import Token

DIALOG = {"HX-Request": "true", "HX-Target": "dialog"}
FORMS = ["edit", "scopes", "revoke"]


@pytest.fixture
def marc(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.marc.user)


@pytest.fixture
def token(cast: Cast) -> Token:
    return factories.token(cast.marc.actor, "assets:write projects:read", name="Nightly").token


# --- Revoke ---------------------------------------------------------------------------------------


def test_the_typed_id_revokes_and_leads_to_the_token(marc: Client, token: Token) -> None:
    answer = marc.post(f"{LIST}{token.pk}/revoke/", {"confirm": token.short_id.upper(), "reason": "lost"}, follow=True)
    assert answer.redirect_chain == [(f"{LIST}{token.pk}/", 302)]
    assert "Token revoked" in answer.content.decode()
    assert "Would have expired" in answer.content.decode()
    token.refresh_from_db()
    assert (token.revoked_reason, token.is_revocable) == ("lost", False)


@pytest.mark.parametrize("confirm", ["", "12345678", " ", "revoke"])
def test_without_the_typed_id_nothing_is_revoked(marc: Client, token: Token, confirm: str) -> None:
    page = marc.post(f"{LIST}{token.pk}/revoke/", {"confirm": confirm, "reason": "kept"})
    assert page.status_code == 422
    assert complaints(page) == ["confirm"]
    assert held_by_form(page)["reason"] == "kept"
    assert "Nothing was revoked" in page.content.decode()
    token.refresh_from_db()
    assert token.is_revocable


def test_a_reason_that_is_too_long_is_refused_in_place(marc: Client, token: Token) -> None:
    page = marc.post(f"{LIST}{token.pk}/revoke/", {"confirm": token.short_id, "reason": "r" * 201})
    assert page.status_code == 422
    assert complaints(page) == ["reason"]


def test_revoking_twice_says_that_it_had_ended(marc: Client, token: Token) -> None:
    form = {"confirm": token.short_id}
    marc.post(f"{LIST}{token.pk}/revoke/", form)
    again = marc.post(f"{LIST}{token.pk}/revoke/", form, follow=True)
    assert "Nothing about it can be changed any more" in again.content.decode()
    assert Event.objects.filter(action="token.revoked").count() == 1


def test_the_warning_names_the_client_that_used_it_last(marc: Client, token: Token) -> None:
    Token.objects.filter(pk=token.pk).update(last_used_at=token.created_at, last_used_client="asset-sync/2.3")
    assert "asset-sync/2.3" in marc.get(f"{LIST}{token.pk}/revoke/").content.decode()


# --- Edit and narrow ------------------------------------------------------------------------------


def test_name_and_description_change_and_nothing_else(marc: Client, token: Token) -> None:
    before = Token.objects.values().get()
    marc.post(f"{LIST}{token.pk}/edit/", {"name": " New name ", "description": "one\r\ntwo"})
    assert Token.objects.values().get() == {**before, "name": "New name", "description": "one\ntwo"}


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "N" * 101}, {"description": "d" * 501}])
def test_what_cannot_be_a_name_is_refused_in_place(marc: Client, token: Token, wrong: dict[str, str]) -> None:
    page = marc.post(f"{LIST}{token.pk}/edit/", {"name": "Fine", "description": "fine", **wrong})
    assert page.status_code == 422
    assert complaints(page) == list(wrong)
    assert {name: held_by_form(page)[name] for name in wrong} == wrong


def test_scopes_can_be_taken_away(marc: Client, token: Token) -> None:
    answer = marc.post(f"{LIST}{token.pk}/scopes/", {"scope:assets": "read"})
    assert answer.status_code == 302
    token.refresh_from_db()
    assert str(token.grants) == "assets:read"


@pytest.mark.parametrize(
    "asked", [{}, {"scope:assets": "none"}, {"scope:devices": "read"}, {"scope:assets": "admin"}, {"scope:x y": "read"}]
)
def test_scopes_are_never_added_and_never_all_taken(marc: Client, token: Token, asked: dict[str, str]) -> None:
    page = marc.post(f"{LIST}{token.pk}/scopes/", asked)
    assert page.status_code == 422
    assert "Nothing was changed" in page.content.decode()
    token.refresh_from_db()
    assert str(token.grants) == "assets:write projects:read"


def test_keeping_everything_says_that_nothing_was_changed(marc: Client, token: Token) -> None:
    kept = {"scope:assets": "write", "scope:projects": "read"}
    page = marc.post(f"{LIST}{token.pk}/scopes/", kept, follow=True).content.decode()
    assert "Nothing was changed" in page
    assert "Scopes narrowed" not in page
    assert not Event.objects.filter(action="token.narrowed").exists()


def test_what_it_will_lose_is_said_before_and_nothing_is_taken(marc: Client, token: Token) -> None:
    left = f"{LIST}{token.pk}/scopes/left/"
    said = marc.post(left, {"scope:assets": "read", "scope:projects": "none"}, headers=HTMX).content.decode()
    assert "<html" not in said
    assert "<b>Read and change</b> assets; read stays" in said
    assert "<b>Read</b> projects</span>" in said
    assert "What it keeps" in said
    assert "will lose" not in marc.get(f"{LIST}{token.pk}/scopes/").content.decode()
    token.refresh_from_db()
    assert str(token.grants) == "assets:write projects:read"


def test_a_scope_that_is_no_longer_offered_is_lost_by_name(marc: Client, token: Token) -> None:
    Token.objects.filter(pk=token.pk).update(grants_text="assets:read gone:read")
    said = marc.post(f"{LIST}{token.pk}/scopes/left/", {"scope:assets": "read"}).content.decode()
    assert "<b>Use</b> gone:read, no longer offered" in said


# --- All three ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["edit", "revoke"])
def test_htmx_gets_the_dialog_alone_and_is_led_on_as_a_page(marc: Client, token: Token, form: str) -> None:
    opened = marc.get(f"{LIST}{token.pk}/{form}/", headers=DIALOG)
    assert "<html" not in opened.content.decode()
    refused = marc.post(f"{LIST}{token.pk}/{form}/", {"name": ""}, headers=DIALOG)
    assert refused.status_code == 422
    assert "<html" not in refused.content.decode()
    done = marc.post(f"{LIST}{token.pk}/{form}/", {"name": "New", "confirm": token.short_id}, headers=DIALOG)
    assert done["HX-Redirect"] == f"{LIST}{token.pk}/"


@pytest.mark.parametrize("form", ["edit", "revoke"])
@pytest.mark.parametrize("asked", ["", "q=night&status=active&sort=name"])
def test_from_the_list_one_comes_back_to_the_list_as_it_was(marc: Client, token: Token, form: str, asked: str) -> None:
    row = marc.get(f"{LIST}?{asked}").content.decode()
    [opened] = re.findall(rf'href="({LIST}{token.pk}/{form}/[^"]*)"', row)
    typed = {"name": "New", "description": "", "confirm": token.short_id}
    page = marc.get(opened)
    back = f"{LIST}?{asked}" if asked else LIST
    assert f'href="{escape(back)}" data-close' in page.content.decode()
    held = held_by_form(page)
    assert held["list"] == asked
    answer = marc.post(f"{LIST}{token.pk}/{form}/", {**typed, "list": held["list"]})
    assert answer["Location"] == back


@pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test/", "/\\evil.test", "#x", "?a=1"])
def test_nobody_is_led_elsewhere(marc: Client, token: Token, elsewhere: str) -> None:
    form = {"name": "New", "description": "", "list": elsewhere}
    answer = marc.post(f"{LIST}{token.pk}/edit/", form)
    assert answer["Location"].startswith(f"{LIST}?")
    assert set(answer["Location"]) <= set("%=.&?-_/") | set(ascii_letters + digits)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete"])
def test_looking_changes_nothing(marc: Client, token: Token, form: str, method: str) -> None:
    before, events = Token.objects.values().get(), Event.objects.count()
    marc.generic(method.upper(), f"{LIST}{token.pk}/{form}/?confirm={token.short_id}&name=x&scope:assets=read")
    assert Token.objects.values().get() == before
    assert Event.objects.count() == events


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_that_ended_meanwhile_leads_to_its_page_which_says_so(
    cast: Cast, marc: Client, token: Token, form: str, method: str
) -> None:
    lifecycle.revoke(token, by=cast.marc.actor)
    before, ended = Token.objects.values().get(), f"“Nightly” ended on {token.ends_at:%-d %b %Y, %H:%M}"
    asked = {"name": "Other", "scope:assets": "read", "confirm": token.short_id}
    answer = getattr(marc, method)(f"{LIST}{token.pk}/{form}/", asked, follow=True)
    assert answer.redirect_chain == [(f"{LIST}{token.pk}/", 302)]
    assert ended in answer.content.decode()
    assert f"{LIST}{token.pk}/{form}/" not in answer.content.decode()
    dialog = getattr(marc, method)(f"{LIST}{token.pk}/{form}/", asked, headers=DIALOG)
    assert (dialog["HX-Redirect"], dialog.content) == (f"{LIST}{token.pk}/", b"")
    assert Token.objects.values().get() == before


@pytest.mark.parametrize("end", ["revoked", "expired", "lapsed"])
def test_no_door_renames_what_has_ended(cast: Cast, end: str) -> None:
    strong = program(cast.adam.actor, "tokens:write assets:read")
    token = offer(cast) if end == "lapsed" else factories.token(cast.marc.actor, name="Nightly").token
    if end == "revoked":
        lifecycle.revoke(token, by=cast.marc.actor)
    else:
        past = clock.now() - timedelta(days=1)
        dated = {"claim_until": past} if end == "lapsed" else {"expires_at": past}
        Token.objects.filter(pk=token.pk).update(ends_at=past, **dated)
    before = Token.objects.values().get(pk=token.pk)
    for body in ({"name": "Other"}, {"description": "other"}, {"name": token.name}):
        refused = strong.patch(f"/tokens/{token.pk}", body)
        assert (refused.status_code, "for the record" in refused.json()["errors"][0]["message"]) == (422, True)
    assert Token.objects.values().get(pk=token.pk) == before
    assert not Event.objects.filter(action="token.edited").exists()


@pytest.mark.parametrize("form", ["", *(f"{form}/" for form in FORMS)])
def test_another_persons_token_is_as_unknown_as_an_unknown_one(cast: Cast, marc: Client, form: str) -> None:
    foreign = factories.token(cast.olivia.actor).token
    answers = [marc.get(f"{LIST}{pk}/{form}") for pk in (foreign.pk, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert unnamed(answers[0]) == unnamed(answers[1])


@pytest.mark.parametrize("form", FORMS)
def test_who_sees_and_may_not_change_is_refused_by_name_of_the_right(
    cast: Cast, marc: Client, token: Token, sign_in: SignIn, form: str
) -> None:
    auditor = Role.objects.create(tenant=cast.acme, key="auditor", name="Auditor", grants_text="tokens:read")
    memberships.change_role(cast.victor.membership, to=auditor, by=cast.olivia.actor)
    victor = sign_in(cast.victor.user)
    assert victor.get(f"{LIST}{token.pk}/").status_code == 200
    for answer in (victor.get(f"{LIST}{token.pk}/{form}/"), victor.post(f"{LIST}{token.pk}/{form}/", {"name": "x"})):
        assert answer.status_code == 403
    assert {event.detail["right"] for event in Event.objects.filter(action="access.refused")} == {"tokens:write"}
    assert f"{LIST}{token.pk}/{form}/" not in victor.get(f"{LIST}{token.pk}/").content.decode()
