"""Somebody who works by keyboard alone, and always sees where they are."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

STOPS = 90  # on the way through a page, before one is lost
# Names the focused element when its ring is missing, or when something else lies over it.
UNSEEN = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return "";  // between the last element and the first: the browser's own bar
  const label = focused.closest("label");
  const shapes = [focused, label].filter(Boolean);
  const hasRing = ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const name = focused.outerHTML.slice(0, 200);
  if (!shapes.some((shape) => hasRing(getComputedStyle(shape)))) return `no ring: ${name}`;
  const box = shapes.at(-1).getBoundingClientRect();
  const within = (at, limit) => Math.min(Math.max(at, 1), limit - 1);
  const top = document.elementFromPoint(within((box.left + box.right) / 2, innerWidth),
                                        within((box.top + box.bottom) / 2, innerHeight));
  const isTop = shapes.some((shape) => shape.contains(top));
  return isTop ? "" : `covered by ${top?.outerHTML.slice(0, 100)}: ${name}`;
}"""


@dataclass
class Keyboard:
    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def go_to(self, target: Locator, key: str = "Tab") -> None:
        """Tab on until `target` has the focus; every stop on the way must be seen."""
        passed = []
        for _ in range(STOPS):
            self.press(key)
            unseen = self.page.evaluate(UNSEEN)
            assert not unseen, unseen
            if target.evaluate("element => element === document.activeElement"):
                return
            passed.append(self.page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
        raise AssertionError("\n".join([f"No way to {target} by {key}:", *passed]))
