"""People at browsers of their own. Whatever such a browser complains about fails the test."""

import os
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from django.conf import settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import browsers
from tests.browser.pool import Pool
from tests.browser.visitor import Visitor
from tests.browser.watch import Watch
from tests.cast import SignIn

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's event loop runs in the thread of the test

DESKTOP = {"width": 1440, "height": 900}


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


@pytest.fixture(scope="session")
def pool(browser: Browser, base_url: str) -> Pool:
    """The browsers of this process, closed with the program that holds them."""
    return Pool(browser, base_url)


@pytest.fixture
def same_page() -> bool:
    """Whether a test goes on in the page of the one before it, with all that this one has in its history."""
    return False


@pytest.fixture
def visit(pool: Pool, same_page: bool) -> Iterator[Visit]:
    """Open browsers; when the test is over they must have had nothing to complain about."""
    opened: list[tuple[Watch, dict[str, Any]]] = []

    def open_browser(**options: Any) -> Visitor:
        # Without motion nothing is caught halfway between two colours.
        chosen = {"viewport": DESKTOP, "reduced_motion": "reduce", **options}
        watch = pool.lend(chosen, same_page=same_page)
        opened.append((watch, chosen))
        return Visitor(watch.context.pages[0], watch, watch.origin)

    yield open_browser
    complaints = [complaint for watch, _ in opened for complaint in watch.complaints]
    for watch, chosen in opened:
        pool.take_back(watch, chosen, same_page=same_page)
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
