"""The audit log page by page: every event once, filters kept, and as a fragment for htmx."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.views import ledger
from audit.actions import Action
from audit.models import Event
from audit.record import Origin, Ref, record
from tests.cast import Cast, SignIn

LOG = "/t/acme/settings/audit-log/"


@pytest.fixture
def olivia(cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Signed in before the events of these tests; pages are small."""
    browser = sign_in(cast.olivia.user)
    monkeypatch.setattr(ledger, "EVENTS_PER_PAGE", 4)
    for number in range(10):
        record(
            Action.TOKEN_EDITED,
            by=Ref("user", "1", "Marc Test" if number % 2 else "Adam Test"),
            origin=Origin(),
            tenant_id=cast.acme.pk,
            on=Ref("", "", f"Thing {number}"),
        )
    return browser


def test_older_and_newer_lead_through_every_event_once(cast: Cast, olivia: Client) -> None:
    expected = [event.pk for event in Event.objects.of_tenant(cast.acme.pk)]
    pages, address = [], LOG
    while address:
        pages.append(_read(olivia, address))
        address = _link(pages[-1][1], "next")
    assert [pk for page, _ in pages for pk in page] == expected
    back, address = [], _link(pages[-1][1], "prev")
    while address:
        back.append(_read(olivia, address))
        address = _link(back[-1][1], "prev")
    assert [page for page, _ in reversed(back)] == [page for page, _ in pages[:-1]]


def test_a_filter_stays_on_the_next_page(olivia: Client) -> None:
    shown: list[str] = []
    address = f"{LOG}?q=Marc+Test&topic=tokens"
    while address:
        page = olivia.get(address)
        shown += [event.target_label for event in page.context["page"]]
        address = _link(page.content.decode(), "next")
    assert shown == [f"Thing {number}" for number in (9, 7, 5, 3, 1)]


def test_htmx_gets_the_rows_alone(olivia: Client) -> None:
    page = olivia.get(LOG, headers={"HX-Request": "true", "HX-Target": "events"}).content.decode()
    assert "<html" not in page
    assert "Thing 9" in page


def test_a_restored_history_gets_the_whole_page(olivia: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "events", "HX-History-Restore-Request": "true"}
    assert "<html" in olivia.get(LOG, headers=headers).content.decode()


def test_the_page_has_a_name(cast: Cast) -> None:
    assert reverse("audit-log", kwargs={"tenant": "acme"}) == LOG


def _read(browser: Client, address: str) -> tuple[list[object], str]:
    page = browser.get(address)
    return [event.pk for event in page.context["page"]], page.content.decode()


def _link(text: str, rel: str) -> str:
    """Where a link of the pager leads; empty when there is none."""
    for tag in re.findall(r"<a [^>]*>", text):
        if f'rel="{rel}"' in tag:
            return LOG + unescape(re.search(r'href="([^"]*)"', tag)[1])  # type: ignore[index]
    return ""
