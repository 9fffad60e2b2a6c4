"""What a page says of who looks at it."""

import re
from typing import Any

from django.test import Client

HOME = "https://app.umbrella.test"
LIST = "/t/umbrella/settings/developers/tokens/"
NEW = f"{LIST}new/"


def signed_in(browser: Client) -> str:
    """Whose session it is, by what the frame says; empty for nobody's."""
    page = browser.get("/", follow=True).content.decode()
    found = re.search(r"switcher plain.*?<b>([^<]+)</b>", page, re.DOTALL)
    return found[1] if found else ""


def heading(answer: Any) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)
    return found[1] if found else ""
