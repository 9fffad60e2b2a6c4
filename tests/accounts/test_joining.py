"""The link of an invitation: looking uses nothing up, it works once, for its address alone, and says why not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from accounts import invitations, joining, memberships, tenants
from accounts.access import Actor
from accounts.models import Invitation, Membership, User
from accounts.views.one_time import OPAQUE
from audit import clock
from audit.actions import Action
from audit.models import Event
from portal.logs import LineFormatter
from tests import factories
from tests.accounts.frames import heading, signed_in
from tests.accounts.invited import NEWCOMER, NORA, invite, link
from tests.api.managing import Backend
from tests.cast import Cast, SignIn

LIST = "/t/acme/settings/developers/tokens/"
SIGN_IN = "/account/sign-in/"


@pytest.fixture
def path(cast: Cast) -> str:
    """Where Nora, who has no account, is asked in."""
    invite(cast.olivia.actor)
    return link()


def nora() -> User:
    return User.objects.create_user(NORA, "Nora Test", factories.PASSWORD)


# --- The three who open it ------------------------------------------------------------------------


def test_a_newcomer_says_a_name_and_a_password_and_is_in(cast: Cast, path: str) -> None:
    browser = Client()
    for _ in range(2):
        page = browser.get(path)
        assert heading(page) == f"Continue to Acme as {NORA}"
        assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store")
        assert browser.head(path).status_code == 200
    assert not User.objects.filter(email=NORA).exists()
    assert browser.post(path, NEWCOMER)["Location"] == "/t/acme/"
    assert signed_in(browser) == "Nora Test"
    made = Membership.objects.get(user__email=NORA)
    assert (made.role.key, made.user.check_password(NEWCOMER["password"])) == ("developer", True)
    added = Event.objects.get(action=Action.MEMBER_ADDED, target_id=str(made.user.pk))
    assert (added.actor_label, added.detail) == ("Nora Test", {"role": "developer", "invited_by": "Olivia Test"})
    assert Event.objects.get(action=Action.INVITATION_ACCEPTED).detail == {"new_account": True}
    assert browser.get(f"{LIST}new/").status_code == 200
    assert "password-hint" not in browser.get(f"{LIST}new/").content.decode()  # joining was a sign-in


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"name": "", "password": ""}, ["name", "password"]),
        ({"name": "Nora", "password": "too-few-chr"}, ["password"]),
        ({"name": "Nora Acmetest", "password": "nora acmetest"}, ["password"]),
        ({"name": "x" * 101, "password": NEWCOMER["password"]}, ["name"]),
        ({"name": "No\u202era", "password": NEWCOMER["password"]}, ["name"]),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_uses_nothing_up(
    path: str, typed: dict[str, str], wrong: list[str]
) -> None:
    answer = Client().post(path, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.findall(r'<p class="error" id="(\w+)-problem"', page) == wrong
    assert f'name="name" maxlength="100" autocomplete="name" value="{typed["name"]}"' in page
    assert not typed["password"] or typed["password"] not in page
    assert Invitation.objects.get().is_open
    assert not User.objects.filter(email=NORA).exists()


def test_somebody_with_an_account_signs_in_first_and_comes_back(path: str) -> None:
    nora()
    browser = Client()
    assert "Sign in to continue" in browser.get(path).content.decode()
    there = browser.post(path)["Location"]
    assert there == f"{SIGN_IN}?next={path}"
    form = {"login": NORA, "password": factories.PASSWORD, "next": path}
    assert browser.post(SIGN_IN, form)["Location"] == path
    assert heading(browser.get(path)) == "Continue to Acme as Nora Test"
    assert browser.post(path, {"join": "yes"})["Location"] == "/t/acme/"
    assert Membership.objects.get(user__email=NORA).role.key == "developer"


def test_an_account_is_never_made_twice_nor_given_another_password(path: str) -> None:
    """Whatever a form said that was open while the account was made."""
    user = nora()
    assert Client().post(path, NEWCOMER)["Location"].startswith(SIGN_IN)
    user.refresh_from_db()
    assert user.check_password(factories.PASSWORD)
    with pytest.raises(Exception, match="by now"):
        joining.accept_as_newcomer(Invitation.objects.get(), **NEWCOMER, origin=Actor.operator().origin)
    assert Invitation.objects.get().is_open


def test_somebody_else_is_told_and_signs_out_first(cast: Cast, path: str, sign_in: SignIn) -> None:
    marc = sign_in(cast.marc.user)
    page = marc.get(path).content.decode()
    assert "Marc Test is signed in here." in page
    for form in ({}, {"join": "yes"}, NEWCOMER, {"sign_out": str(cast.olivia.user.pk)}):
        assert "Marc Test is signed in here." in marc.post(path, form).content.decode()
    assert Invitation.objects.get().is_open
    assert marc.post(path, {"sign_out": str(cast.marc.user.pk)})["Location"] == "."
    assert heading(marc.get(path)) == f"Continue to Acme as {NORA}"
    assert signed_in(marc) == ""


def test_a_session_that_was_left_alone_for_too_long_is_nobodys(path: str, sign_in: SignIn, settings: Any) -> None:
    browser = sign_in(nora())
    browser.get("/")
    settings.SESSION_IDLE_SECONDS = -1
    assert "Sign in to continue" in browser.get(path).content.decode()
    assert browser.get(SIGN_IN, {"next": path}).status_code == 200


def test_whom_the_vendor_brought_comes_from_there(cast: Cast, vendor: Backend) -> None:
    invite(cast.olivia.actor, "max@umbrella.test")
    path, browser = link(), Client()
    assert "come to it from another product" in browser.get(path).content.decode()
    browser.post(vendor.link())
    assert browser.post(path, {"join": "yes"})["Location"] == "/t/acme/"


# --- Closed ---------------------------------------------------------------------------------------

TROUBLES: dict[str, tuple[Any, str]] = {
    "withdrawn": (lambda one: invitations.withdraw(one, by=Actor.operator(one.tenant)), "was withdrawn"),
    "expired": (lambda one: Invitation.objects.update(expires_at=clock.now()), "is too old"),
    "tenant suspended": (lambda one: tenants.suspend(one.tenant, by=Actor.operator()), "Acme is suspended"),
    "closed": (lambda one: User.objects.filter(pk=nora().pk).update(is_active=False), "Your account is closed"),
    "resent": (lambda one: Invitation.objects.update(code_hash="another"), "This link does not work"),
    "member": (
        lambda one: Membership.objects.create(user=nora(), tenant=one.tenant, role=one.role),
        "You belong to Acme already",
    ),
}


@pytest.mark.parametrize(("trouble", "said"), TROUBLES.values(), ids=TROUBLES)
def test_a_link_that_leads_nowhere_says_why(path: str, trouble: Any, said: str) -> None:
    trouble(Invitation.objects.with_everything().get())
    members = Membership.objects.count()
    for answer in (Client().get(path), Client().post(path, NEWCOMER)):
        assert (answer.status_code, answer["Referrer-Policy"]) == (410, "no-referrer")
        assert said in heading(answer)
    assert Membership.objects.count() == members
    assert not Invitation.objects.filter(accepted_at__isnull=False).exists()


def test_it_works_once(path: str) -> None:
    browser = Client()
    browser.post(path, NEWCOMER)
    for again in (browser, Client()):
        for answer in (again.get(path), again.post(path, NEWCOMER)):
            assert (answer.status_code, heading(answer)) == (410, "This invitation has been used")
    assert User.objects.filter(email=NORA).count() == 1


@pytest.mark.parametrize("code", ["x", "A" * 43, "é" * 300, "%00"])
def test_a_code_that_nobody_made_tells_nothing(path: str, code: str) -> None:
    answer = Client().get(f"/invitations/{code}/")
    assert answer.status_code == (400 if "%00" in code else 410)
    assert "Acme" not in answer.content.decode()


def test_whoever_was_removed_and_is_invited_again_is_a_new_member(cast: Cast, sign_in: SignIn) -> None:
    token = factories.token(cast.marc.actor)
    memberships.remove(cast.marc.membership, by=cast.olivia.actor)
    invite(cast.olivia.actor, cast.marc.user.email)
    assert sign_in(cast.marc.user).post(link(), {"join": "yes"}).status_code == 302
    again = factories.membership_of(cast.marc.user, cast.acme)
    assert again.pk != cast.marc.membership.pk
    bearer = {"Authorization": f"Bearer {token.secret.value}"}
    assert Client().get("/api/v1/me", headers=bearer).status_code == 401


def test_joining_one_tenant_opens_no_other(cast: Cast, path: str) -> None:
    browser = Client()
    browser.post(path, NEWCOMER)
    assert browser.get("/t/globex/settings/developers/tokens/").status_code == 404
    assert browser.get("/t/acme/settings/members/").status_code == 403


# --- Hardened -------------------------------------------------------------------------------------


def test_another_site_cannot_press_the_button(path: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(path).content.decode())
    assert token
    form = {"csrfmiddlewaretoken": token[1], **NEWCOMER}
    assert browser.post(path, NEWCOMER).status_code == 403
    for headers in ({"Origin": OPAQUE}, {"Origin": OPAQUE, "Sec-Fetch-Site": "cross-site"}):
        assert browser.post(path, form, headers=headers).status_code == 403, headers
    assert Invitation.objects.get().is_open
    assert browser.post(path, form, headers={"Origin": OPAQUE, "Sec-Fetch-Site": "same-origin"}).status_code == 302


def test_the_code_is_left_nowhere(path: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    code, browser = path.split("/")[2], Client(raise_request_exception=False)
    for ask in (browser.get, browser.post):
        assert code not in f"{ask(path).headers}"
    browser.get(f"{SIGN_IN}?next={path}")
    with monkeypatch.context() as broken:
        broken.setattr("accounts.joining.look", lambda code: 1 / 0)
        answer = browser.get(path)
    assert (answer.status_code, code in answer.content.decode()) == (500, False)
    browser.post(path, NEWCOMER)
    lines = [LineFormatter().format(record) for record in caplog.records]
    assert any("/invitations/[redacted]" in line for line in lines)
    rows = [row for model in apps.get_models() for row in model._default_manager.values()]
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert code not in f"{rows} {sessions} {lines}"
    assert NEWCOMER["password"] not in f"{rows} {sessions} {lines} {[one.body for one in mail.outbox]}"


def test_seven_days_are_seven_days(cast: Cast) -> None:
    with clock.at(clock.now() - timedelta(days=7) + timedelta(seconds=30)):
        made = invite(cast.olivia.actor)
    assert made.is_open
    assert Client().get(link()).status_code == 200
