"""Pages as a test reads them: what a form holds, what it complains of, and whether a secret is on them."""

import re
from html.parser import HTMLParser
from typing import Any

LIST = "/t/acme/settings/developers/tokens/"
NEW = f"{LIST}new/"
FORM = {"kind": "personal", "name": "Nightly sync", "expires": "30d", "scope:assets": "read", "key": "k1"}
HTMX = {"HX-Request": "true", "HX-Target": "token-form", "HX-Current-URL": f"http://testserver{NEW}"}


def secrets_in(response: Any) -> list[str]:
    return re.findall(r"tp[a-z]_[0-9A-Za-z]{71}", response.content.decode())


def held_by_form(response: Any) -> dict[str, str]:
    """What a browser would send if the form were submitted as it stands, by name of control."""
    reader = _Form()
    reader.feed(response.content.decode())
    return {name: text.removeprefix("\n") for name, text in reader.held.items()}


def complaints(response: Any) -> list[str]:
    """Ids of the sentences beside fields that say what is wrong."""
    return re.findall(r'<p class="error" id="([a-z_]+)-problem"', response.content.decode())


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, str] = {}
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if not name or "disabled" in given:
            return
        if tag == "textarea":
            self.area, self.held[name] = name, ""
        elif tag == "input" and (given.get("type") not in {"radio", "checkbox"} or "checked" in given):
            self.held[name] = given.get("value") or ("on" if given.get("type") == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area:
            self.held[self.area] += data
