"""A hand-over link works once, for its person and tenant alone, within a minute, and never lifts a session up."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client

from accounts import memberships, tenants
from accounts.access import Actor
from accounts.models import HandOver, Membership, Session, User
from audit.actions import Action
from audit.models import Event
from portal.logs import LineFormatter
from tests.accounts.frames import HOME, LIST, NEW, heading, signed_in
from tests.api.managing import API, MEMBER, Backend
from tests.cast import Cast

START = datetime(2026, 3, 10, 12, tzinfo=UTC)
SIGN_IN = "/account/sign-in/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


# --- Made -----------------------------------------------------------------------------------------


def test_a_link_names_its_end_and_keeps_a_hash_alone(vendor: Backend, max_: Membership) -> None:
    answer = vendor.hand_over()
    assert (answer.status_code, answer.json()["expires_at"]) == (201, "2026-03-10T12:01:00Z")
    code = answer.json()["url"].rpartition("/")[2]
    assert re.fullmatch(r"[\w-]{43}", code)
    assert answer.json()["url"] == f"http://testserver/hand-over/{code}"
    assert code not in str(list(HandOver.objects.values())) + str(list(Event.objects.values()))
    made = Event.objects.get(action=Action.HAND_OVER_MADE)
    assert (made.tenant_id, made.actor_kind, made.target_id) == (max_.tenant_id, "management", str(max_.user_id))


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ("", LIST),
        ("developers/tokens/new/", NEW),
        ("developers/tokens/?subject=me", f"{LIST}?subject=me"),
        ("audit-log/", "/t/umbrella/settings/audit-log/"),
    ],
)
def test_it_opens_a_page_of_the_tenants_settings(vendor: Backend, page: str, path: str) -> None:
    assert Client().post(vendor.link(page=page))["Location"] == path


@pytest.mark.parametrize(
    "page",
    [
        "/developers/tokens/", "//evil.test/", "https://evil.test/", "../../../globex/settings/developers/tokens/",
        "developers/../../", "nowhere/", "developers\\tokens\\", "developers/tokens/?next=//x", "developers/tokens/#x",
        "developers/tokens/\r\nX: y", "developers//tokens/", ".", "@evil.test",
        "x" * 501, "developers/tokens/?" + "a" * 490,
    ],
)  # fmt: skip
def test_it_opens_nothing_else(vendor: Backend, page: str) -> None:
    answer = vendor.hand_over(page=page)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "page")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.test/", "http://app.umbrella.test/", f"{HOME}.evil.test/", f"{HOME}@evil.test/", f"{HOME}:444/",
        f"{HOME}\\@evil.test", "//app.umbrella.test/", "javascript:alert(1)", "HTTPS://APP.UMBRELLA.TEST/",
        f"{HOME}/\tx", f"{HOME}/ö", f"{HOME}#x", f"{HOME}/{'x' * 500}", "/",
    ],
)  # fmt: skip
def test_it_leads_back_to_listed_origins_only(vendor: Backend, address: str) -> None:
    answer = vendor.hand_over(return_to=address)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "return_to")


def test_only_those_whom_the_vendor_brought_are_handed_over(cast: Cast, petra: User, vendor: Backend) -> None:
    def ask(user: User, tenant: str = str(cast.acme.pk)) -> tuple[int, str]:
        answer = vendor.post(f"{API}/portal-sessions", {"tenant": tenant, "user": str(user.pk)})
        return answer.status_code, answer.json()["code"]

    assert ask(cast.marc.user) == (409, "user_not_managed")
    assert ask(cast.stella.user) == (422, "validation_error")
    maxine = User.objects.get(external_id="u-4")
    User.objects.filter(pk=maxine.pk).update(is_platform_admin=True)
    assert ask(maxine, "t-17") == (409, "user_not_managed")
    assert not HandOver.objects.exists()


@pytest.mark.parametrize("body", [{"tenant": "t-17", "user": "u-5"}, {"tenant": "t-18", "user": "u-4"}])
def test_whom_nobody_knows_is_a_422(vendor: Backend, body: dict[str, str]) -> None:
    assert vendor.post(f"{API}/portal-sessions", body).status_code == 422


# --- Opened ---------------------------------------------------------------------------------------


def test_looking_consumes_nothing_and_one_press_does(vendor: Backend, max_: Membership) -> None:
    path, browser = vendor.link(), Client()
    for _ in range(3):
        page = browser.get(path)
        assert heading(page) == "Continue to Umbrella as Max Test"
        assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store")
        assert browser.head(path).status_code == 200
    assert browser.post(path)["Location"] == LIST
    assert signed_in(browser) == "Max Test"
    for method in (Client().get, Client().post, browser.get, browser.post):
        gone = method(path)
        assert (gone.status_code, heading(gone)) == (410, "This link no longer works")
        assert gone["Referrer-Policy"] == "no-referrer"
    used = Event.objects.get(action=Action.SESSION_HANDED_OVER)
    assert (used.tenant_id, used.actor_id) == (max_.tenant_id, str(max_.user_id))
    assert Event.objects.filter(action=Action.SIGNED_IN).count() == 1


def test_after_a_minute_it_is_gone_and_the_next_one_clears_it_away(
    vendor: Backend, clock: time_machine.Traveller
) -> None:
    path = vendor.link()
    clock.shift(timedelta(seconds=59.9))
    assert Client().get(path).status_code == 200
    clock.shift(timedelta(seconds=0.1))
    assert (Client().get(path).status_code, Client().post(path).status_code) == (410, 410)
    vendor.link()
    assert HandOver.objects.count() == 1


@pytest.mark.parametrize("path", ["/hand-over/x", "/hand-over/" + "A" * 43, "/hand-over/" + "é" * 400])
def test_a_code_that_nobody_made_is_like_a_used_one(vendor: Backend, path: str) -> None:
    used = vendor.link()
    Client().post(used)
    answers = [Client().get(one) for one in (path, used)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (lambda m: memberships.suspend(m, by=Actor.operator(m.tenant)), "access of Max Test to Umbrella is suspended"),
        (lambda m: memberships.remove(m, by=Actor.operator(m.tenant)), "no longer belongs to Umbrella"),
        (lambda m: tenants.suspend(m.tenant, by=Actor.operator()), "Umbrella is suspended"),
        (lambda m: User.objects.filter(pk=m.user_id).update(is_active=False), "account of Max Test is closed"),
        (lambda m: User.objects.filter(pk=m.user_id).update(is_platform_admin=True), "Max Test signs in here"),
    ],
    ids=["suspended", "removed", "tenant suspended", "closed", "platform admin"],
)
def test_what_happened_in_between_counts(vendor: Backend, max_: Membership, trouble: Any, said: str) -> None:
    path = vendor.link()
    trouble(max_)
    browser = Client()
    for answer in (browser.get(path), browser.post(path)):
        assert answer.status_code == 403
        assert said in answer.content.decode()
    assert HandOver.objects.get().used_at is None
    assert signed_in(browser) == ""
    assert vendor.hand_over().status_code in {409, 422}


def test_whoever_was_removed_and_added_again_needs_a_new_link(vendor: Backend) -> None:
    path = vendor.link()
    vendor.delete(MEMBER)
    vendor.put(MEMBER, {"role": "owner"})
    assert Client().post(path).status_code == 403
    assert Client().post(vendor.link()).status_code == 302


def test_another_site_cannot_press_the_button(vendor: Backend) -> None:
    path, browser = vendor.link(), Client(enforce_csrf_checks=True)
    page = browser.get(path).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    form = {"csrfmiddlewaretoken": token[1]}
    assert browser.post(path).status_code == 403
    for headers in (
        {"Origin": "null"},
        {"Origin": "https://evil.test", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "none"},
    ):
        assert browser.post(path, form, headers=headers).status_code == 403, headers
    assert HandOver.objects.get().used_at is None
    assert browser.post(path, form, headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"}).status_code == 302


def test_the_code_is_left_nowhere(
    vendor: Backend, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, browser = vendor.link(return_to=HOME), Client(raise_request_exception=False)
    code = path.rpartition("/")[2]
    for ask in (browser.get, browser.post, browser.get):
        assert code not in f"{ask(path).headers}"
    browser.get(f"{SIGN_IN}?next={path}")
    monkeypatch.setattr("accounts.hand_over.look", lambda code: 1 / 0)
    broken = browser.get(path)
    assert (broken.status_code, code in broken.content.decode()) == (500, False)
    lines = [LineFormatter().format(record) for record in caplog.records]
    assert any("/hand-over/[redacted]" in line for line in lines)
    rows = [row for model in apps.get_models() for row in model._default_manager.values()]
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert code not in f"{rows} {sessions} {lines}"
