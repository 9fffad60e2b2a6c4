"""A person at a browser of their own, and what people do there."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import User
from tests import factories
from tests.browser.watch import Watch

ACME = "/t/acme/settings"
LIST = f"{ACME}/developers/tokens/"
CREATE = f"{LIST}new/"
SIGN_IN = "/account/sign-in/"
# Longer than anything waits before it asks the server, and nothing on its way.
QUIET = """() => new Promise((quiet) => {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (document.querySelector(".htmx-request") ? wait() : quiet()), 400);
  };
  document.addEventListener("htmx:afterSettle", wait);
  wait();
})"""


@dataclass
class Visitor:
    """One page; the browser's other pages are watched too."""

    page: Page
    watch: Watch
    origin: str

    def goto(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def sign_in(self, user: User, password: str = factories.PASSWORD) -> None:
        """On the sign-in page, wherever that one came from."""
        self.page.get_by_label("Email").fill(user.email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def choose(self, resource: str, level: str) -> None:
        """One row of the scope picker."""
        row = self.page.get_by_role("radiogroup", name=resource, exact=True)
        row.get_by_text(level, exact=True).click()

    def fill_in(self, name: str, level: str = "Read") -> None:
        """The least that makes a token."""
        self.page.get_by_label("Token name").fill(name)
        self.choose("Assets", level)

    def submit(self) -> None:
        button = self.page.locator("button.primary:visible", has_text="Create token")
        expect(button).to_have_count(1)  # the form's other one is hidden once the page has its styles
        button.click()

    def create(self, name: str) -> str:
        """Make a token on the form and hand over its secret, which still stands on the screen."""
        self.goto(CREATE)
        self.fill_in(name)
        self.submit()
        return self.secret

    def hold(self, address: str) -> list[Route]:
        """The first request to an address waits until the test lets it go."""
        held: list[Route] = []

        def hold(route: Route) -> None:
            if held:
                route.continue_()
            held.append(route)

        self.page.route(address, hold)
        return held

    def rest(self) -> Page:
        """Until the page has come to rest."""
        self.page.evaluate(QUIET)
        return self.page

    @property
    def secret(self) -> str:
        field = self.page.get_by_label("Secret", exact=True)
        expect(field).to_be_visible()
        return field.input_value()

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")
