"""One's own account and the platform's tenants, by name, and the way there."""

import re
from functools import partial

from django.core import mail
from playwright.sync_api import Page, expect

from accounts import email_change
from accounts.access import Actor
from tests.browser.stage import Stage, Way, never_used
from tests.cast import ORIGIN
from tokens import closing

TENANTS = "/platform/tenants/"
PROFILE = "/account/profile/"


def own(path: str, stage: Stage) -> Page:
    never_used(stage)
    stage.marc().goto(PROFILE)
    return stage.marc().goto(path)


def profile_refused(stage: Stage) -> Page:
    marc = stage.marc()
    marc.watch.expects(422)
    page = marc.goto(PROFILE)
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def email_link(stage: Stage) -> Page:
    return stage.visitor().goto(asked(stage))


def email_link_used(stage: Stage) -> Page:
    return stage.visitor(410).goto("/account/email/nothing/")


def asked(stage: Stage) -> str:
    """The path of the link to a new address of marc's."""
    email_change.ask("marcel@a-rather-long-company-name.test", by=Actor.person(stage.cast.marc.user, ORIGIN))
    [path] = re.findall(r"http://testserver(/account/email/\S+)", str(mail.outbox[-1].body))
    return str(path)


def of_the_platform(path: str, stage: Stage) -> Page:
    never_used(stage)
    return stage.enter(stage.petra).goto(path.format(pk=stage.cast.acme.pk))


def create_refused(stage: Stage) -> Page:
    petra = stage.enter(stage.petra)
    petra.watch.expects(422)
    page = petra.goto(f"{TENANTS}new/")
    page.get_by_role("button", name="Create tenant").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def deleted(stage: Stage) -> Page:
    closing.delete_tenant(stage.cast.acme, by=Actor.operator())
    return stage.enter(stage.petra).goto(f"{TENANTS}?state=deleted")


PLATFORM_PAGES: dict[str, Way] = {
    "profile": partial(own, PROFILE),
    "profile, refused": profile_refused,
    "change email": partial(own, f"{PROFILE}email/"),
    "confirm email": email_link,
    "confirm email, used link": email_link_used,
    "my tokens everywhere": partial(own, "/account/tokens/"),
    "tenant, create": partial(of_the_platform, f"{TENANTS}new/"),
    "tenant, create refused": create_refused,
    "tenant": partial(of_the_platform, TENANTS + "{pk}/"),
    "tenant, suspend": partial(of_the_platform, TENANTS + "{pk}/suspend/"),
    "tenant, delete": partial(of_the_platform, TENANTS + "{pk}/delete/"),
    "tenants, deleted": deleted,
}
