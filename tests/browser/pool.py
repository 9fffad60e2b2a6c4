"""Browsers that tests use one after the other: a new one fetches every file before it shows its first page."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.watch import Watch

type Options = dict[str, Any]
"""Playwright's for a context."""

PATIENCE_MS = 10_000
STILL = "/static/images/mark.svg"  # of the portal's origin, or the page would come back in a new process
CLOCK_TAKEN = "'__pwClock' in window"  # Playwright leaves its own clock in a context for good


class Pool:
    """Lends browsers with one page each. All that they keep from one test to the next is the cache of files.

    `same_page`: and, for tests that ask nothing of it, the page and its history.
    """

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser = browser
        self._origin = origin
        self._idle: dict[str, list[Watch]] = {}

    def lend(self, options: Options, *, same_page: bool) -> Watch:
        """One that remembers nobody."""
        idle = self._idle.get(_kind(options, same_page))
        return idle.pop() if idle else self._new(options)

    def take_back(self, watch: Watch, options: Options, *, same_page: bool) -> None:
        """Only one that nothing was wrong with is lent again; permissions and clocks cannot be taken from it."""
        pages = watch.context.pages
        if watch.complaints or not pages or "permissions" in options or pages[0].evaluate(CLOCK_TAKEN):
            watch.context.close()
            return
        if same_page:
            _calm(pages.pop(0), options)
        else:
            watch.context.new_page()  # while there is another: with its last page the whole window would go
        for page in pages:
            page.close()
        self._forget(watch.context)
        watch.start_anew()
        self._idle.setdefault(_kind(options, same_page), []).append(watch)

    def _new(self, options: Options) -> Watch:
        context = self._browser.new_context(base_url=self._origin, **options)
        context.set_default_timeout(PATIENCE_MS)
        watch = Watch(context, self._origin)
        context.new_page()
        return watch

    def _forget(self, context: BrowserContext) -> None:
        """Whatever the portal has put there."""
        storage = context.new_cdp_session(context.pages[0])
        storage.send("Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": "all"})
        storage.detach()
        context.clear_cookies()


def _kind(options: Options, same_page: bool) -> str:
    return repr((same_page, options))


def _calm(page: Page, options: Options) -> None:
    page.evaluate("sessionStorage.clear()")
    page.goto(STILL)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(options["viewport"])
