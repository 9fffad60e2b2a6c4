"""People at browsers of their own. Whatever such a browser complains about fails the test."""

import os
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer
from pytest_playwright.pytest_playwright import CreateContextCallback

from accounts.models import User
from tests import browsers
from tests.browser.visitor import Visitor
from tests.browser.watch import Watch
from tests.cast import SignIn

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's event loop runs in the thread of the test

DESKTOP = {"width": 1440, "height": 900}
PATIENCE_MS = 10_000


class Visit(Protocol):
    """A new browser with nobody signed in; keywords are Playwright's for a context."""

    def __call__(self, **options: Any) -> Visitor: ...


type Enter = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own browser, started once for each process of the run."""
    return {"executable_path": browsers.find(), "args": list(browsers.LAUNCH_FLAGS)}


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """What paths in these tests begin with."""
    return live_server.url


@pytest.fixture
def visit(new_context: CreateContextCallback, base_url: str) -> Iterator[Visit]:
    """Open browsers; when the test is over they must have had nothing to complain about."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_browser(**options: Any) -> Visitor:
        # Without motion nothing is caught halfway between two colours.
        chosen = {"viewport": DESKTOP, "reduced_motion": "reduce", **options}
        context = new_context(**chosen)
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(context, base_url)
        opened.append((context, watch))
        return Visitor(context.new_page(), watch, base_url)

    yield open_browser
    for context, _ in opened:
        context.close()
    complaints = [complaint for _, watch in opened for complaint in watch.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def enter(visit: Visit, sign_in: SignIn) -> Enter:
    """Open a browser in which somebody is signed in already: through the real door, without waiting for its page."""

    def enter_as(user: User, **options: Any) -> Visitor:
        visitor = visit(**options)
        session = sign_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": visitor.origin}
        visitor.page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])  # type: ignore[typeddict-item]
        return visitor

    return enter_as
