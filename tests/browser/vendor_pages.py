"""The pages of a hand-over, and those that a vendor's colour changes, by name, and the way there."""

from functools import partial
from typing import Any

from playwright.sync_api import Page

from accounts import tenants
from accounts.access import Actor
from accounts.models import Tenant
from portal import brand
from tests.api.managing import backend
from tests.browser.session import make_sign_in_old
from tests.browser.stage import Stage, Way
from tests.browser.token_pages import TOKEN_PAGES
from tests.browser.visitor import SIGN_IN, Visitor

UMBRELLA = "/t/umbrella/settings/developers/tokens/"
HOME = "https://app.umbrella.test"
ORANGE, DARK_BLUE = "#e4572e", "#0b2a6f"


def opened(stage: Stage, visitor: Visitor | None = None, **more: str) -> Page:
    by = backend()
    by.bring_max()
    return (visitor or stage.visitor()).goto(by.link(**more))


def somebody_else(stage: Stage) -> Page:
    return opened(stage, stage.olivia())


def gone(stage: Stage) -> Page:
    return stage.visitor(410).goto("/hand-over/nothing")


def gone_for_a_member(stage: Stage) -> Page:
    olivia = stage.olivia()
    olivia.watch.expects(410)
    return olivia.goto("/hand-over/nothing")


def suspended(stage: Stage) -> Page:
    visitor, by = stage.visitor(403), backend()
    by.bring_max()
    path = by.link()
    tenants.suspend(Tenant.objects.get(slug="umbrella"), by=Actor.operator())
    return visitor.goto(path)


def come_in(path: str, stage: Stage, *, long_ago: bool = False) -> Page:
    """With a way back in the frame."""
    from django.conf import settings

    stage.monkeypatch.setattr(settings, "RETURN_ORIGINS", (HOME,))
    page = opened(stage, return_to=f"{HOME}/settings")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"**{UMBRELLA}")
    if long_ago:
        make_sign_in_old(page.context)
    page.goto(path)
    return page


def coloured(colour: str, way: Way, stage: Stage) -> Page:
    from django.conf import settings

    stage.monkeypatch.setattr(settings, "BRAND_STYLESHEET", brand.stylesheet(brand.accent(colour)))
    return way(stage)


def sign_in(stage: Stage) -> Page:
    return stage.visitor().goto(SIGN_IN)


_COLOURED: dict[str, Any] = {"sign in": sign_in, "the list": TOKEN_PAGES["list"], "the form": TOKEN_PAGES["create"]}

VENDOR_PAGES: dict[str, Way] = {
    "hand-over": opened,
    "hand-over, somebody else": somebody_else,
    "hand-over, gone": gone,
    "hand-over, gone, signed in": gone_for_a_member,
    "hand-over, suspended": suspended,
    "handed over": partial(come_in, UMBRELLA),
    "handed over, long ago": partial(come_in, f"{UMBRELLA}new/", long_ago=True),
    "handed over, no password": partial(come_in, "/account/password/"),
    **{
        f"{name} in {colour}": partial(coloured, colour, way)
        for name, way in _COLOURED.items()
        for colour in (ORANGE, DARK_BLUE)
    },
}
