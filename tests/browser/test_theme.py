"""System, light or dark: chosen once, kept in the browser, there before the first paint."""

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import Enter
from tests.browser.visitor import CREATE, LIST, SIGN_IN
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DARK, LIGHT = "rgb(8, 14, 17)", "rgb(237, 242, 244)"  # the canvas, from the design
# What the document says of itself when the first pixel is drawn.
NOTE_FIRST_PAINT = """
window.themeAtFirstPaint = new Promise((noted) => {
  new PerformanceObserver((_, watcher) => {
    noted(document.documentElement.dataset.theme ?? "none");
    watcher.disconnect();
  }).observe({ type: "paint", buffered: true });
});
window.themesSeen = [];
new MutationObserver(() => themesSeen.push(document.documentElement.dataset.theme))
  .observe(document, { attributeFilter: ["data-theme"], subtree: true });
"""

# Icons keep colours of their own.
TAKE_ICONS_AWAY = 'one => one.querySelectorAll("svg").forEach((icon) => icon.remove())'
CHOOSE_NO_LONGER = """one => {
  one.removeAttribute("aria-current");
  for (const radio of one.querySelectorAll("input")) radio.checked = false;
}"""


def test_the_system_decides_until_somebody_does(cast: Cast, enter: Enter) -> None:
    page = enter(cast.marc.user, color_scheme="dark").goto(LIST)
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    assert _canvas(page) == DARK
    page.emulate_media(color_scheme="light")
    assert _canvas(page) == LIGHT


def test_a_chosen_theme_outlives_a_reload_and_never_flashes(cast: Cast, enter: Enter) -> None:
    page = enter(cast.marc.user, color_scheme="light").goto(LIST)
    page.add_init_script(NOTE_FIRST_PAINT)
    _choose(page, "Dark")
    assert _canvas(page) == DARK
    page.reload()
    assert page.evaluate("window.themeAtFirstPaint") == "dark"
    assert page.evaluate("window.themesSeen") == ["dark"]  # set once, never changed
    assert _canvas(page) == DARK
    page.goto(SIGN_IN)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_light_wins_over_a_dark_system_and_system_gives_it_back(cast: Cast, enter: Enter) -> None:
    page = enter(cast.marc.user, color_scheme="dark").goto(LIST)
    _choose(page, "Light")
    page.reload()
    assert _canvas(page) == LIGHT
    _choose(page, "System")
    page.reload()
    assert _canvas(page) == DARK
    page.get_by_role("button", name="Marc Test").click()
    expect(page.get_by_role("button", name="System")).to_have_attribute("aria-pressed", "true")


def test_without_javascript_the_choice_is_not_offered(cast: Cast, enter: Enter) -> None:
    page = enter(cast.marc.user, java_script_enabled=False, color_scheme="dark").goto(LIST)
    page.get_by_role("button", name="Marc Test").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()
    assert _canvas(page) == DARK


@pytest.mark.parametrize(
    ("path", "among"),
    [(LIST, ".side li a"), (LIST, ".tabs a"), (LIST, "#segments a"), (CREATE, ".level label")],
    ids=["navigation", "tabs", "status", "scopes"],
)
def test_what_is_chosen_shows_in_forced_colours_too(path: str, among: str, cast: Cast, enter: Enter) -> None:
    factories.token(cast.olivia.actor)
    page = enter(cast.olivia.user, forced_colors="active").goto(path)
    page.locator(".picker details").evaluate_all("groups => groups.forEach((group) => { group.open = true })")
    one = page.locator(among).and_(page.locator("[aria-current], :has(:checked)")).first.element_handle()
    one.evaluate(TAKE_ICONS_AWAY)
    chosen = one.screenshot()
    one.evaluate(CHOOSE_NO_LONGER)
    assert one.screenshot() != chosen


def _choose(page: Page, theme: str) -> None:
    page.get_by_role("button", name="Marc Test").click()
    page.get_by_role("button", name=theme, exact=True).click()
    expect(page.get_by_role("button", name=theme, exact=True)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")


def _canvas(page: Page) -> str:
    """The body's ground as three bytes, whatever the notation of the stylesheet."""
    return str(
        page.evaluate("""() => {
          const pen = document.createElement("canvas").getContext("2d");
          pen.fillStyle = getComputedStyle(document.body).backgroundColor;
          pen.fillRect(0, 0, 1, 1);
          return `rgb(${[...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)].join(", ")})`;
        }""")
    )
