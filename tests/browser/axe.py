"""axe in a page, as quick as it can be without seeing less."""

from collections.abc import Iterator

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.examples import IN_CI

type Rules = dict[str, object]

RULES: Rules = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,  # axe looks for imported stylesheets in the wrong folder; no rule of these needs them
}
COLOURS: Rules = {**RULES, "runOnly": ["color-contrast", "link-in-text-block"]}  # all that a theme changes
# Two thirds of axe's time go into the contrast of texts that are styled alike, row after row. Away from CI three of
# each kind are asked for: alike is what has the same tag, classes and colours, and lies in something alike, up to the
# body.
SAMPLES = 1_000_000 if IN_CI else 3
BEGIN = 'axe.configure({ rules: [{ id: "color-contrast", selector: "[data-sample]" }] })'
FIND = """async ([rules, samples]) => {
  const STYLES = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize", "fontWeight", "textShadow",
    "visibility", "display", "position"];
  const numbers = new Map();
  const kinds = new Map([[document.body, 0]]);
  const counts = [];
  for (const box of document.querySelectorAll("body *")) {
    const style = getComputedStyle(box);
    const { width, height } = box.getBoundingClientRect();
    const isOff = box.matches(":disabled, [aria-disabled]") || Boolean(box.control?.disabled);
    const kind = [kinds.get(box.parentElement), box.localName, box.getAttribute("class"), isOff,
      width > 1 && height > 1, ...STYLES.map((name) => style[name])].join("|");
    if (!numbers.has(kind)) numbers.set(kind, numbers.size + 1);
    const number = numbers.get(kind);
    kinds.set(box, number);
    counts[number] = (counts[number] ?? 0) + 1;
    box.toggleAttribute("data-sample", counts[number] <= samples);
  }
  return (await axe.run(rules)).violations;
}"""


def begin(page: Page) -> None:
    """What `found_in` needs, once for each address."""
    page.evaluate(AXE_SCRIPT)
    page.evaluate(BEGIN)


def found_in(page: Page, rules: Rules = RULES) -> Iterator[str]:
    """A line for each place where a rule is broken."""
    for finding in page.evaluate(FIND, [rules, SAMPLES]):
        for node in finding["nodes"]:
            yield f"{finding['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
