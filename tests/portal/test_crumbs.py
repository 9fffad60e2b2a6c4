"""Where a page says that it is: every trail begins where the navigation does, and none leaves a step out."""

import re
from collections.abc import Iterator

from portal.databases import BASE_DIR

TRAIL = re.compile(r"{% block crumbs %}(.*?){% endblock crumbs %}", re.DOTALL)
ROOTS = re.compile(r"\s*<li><span>({% if actor.tenant %}Settings|Settings|Platform|Your account)\b")
OF_DEVELOPERS = re.compile(r"'tokens:(list|policy)'|'service-users:list'")
DEVELOPERS = "<li><span>Developers</span></li>"


def _trails() -> Iterator[tuple[str, str]]:
    """Name and crumbs of each page that stands below another."""
    for file in (BASE_DIR / "templates").rglob("*.html"):
        for crumbs in TRAIL.findall(file.read_text(encoding="utf-8")):
            if crumbs.count("<li>") > 1:
                yield file.name, crumbs


def test_every_trail_begins_with_a_part_of_the_navigation() -> None:
    trails = dict(_trails())
    assert trails
    assert not [name for name, crumbs in trails.items() if not ROOTS.match(crumbs)]


def test_what_belongs_to_developers_says_so() -> None:
    trails = {name: crumbs for name, crumbs in _trails() if OF_DEVELOPERS.search(crumbs)}
    assert trails
    assert not [name for name, crumbs in trails.items() if DEVELOPERS not in crumbs]
