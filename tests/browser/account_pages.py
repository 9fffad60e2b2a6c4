"""Every page around signing in and every refusal, by name, and the way there."""

import re
from functools import partial

from django.core import mail
from playwright.sync_api import Page, expect

from accounts import memberships, tenants
from accounts.access import Actor
from tests import factories
from tests.browser.stage import Stage, Way
from tests.browser.visitor import ACME, LIST, SIGN_IN

RESET = "/account/password/reset/"


def plain(path: str, stage: Stage) -> Page:
    return stage.visitor().goto(path)


def as_olivia(path: str, stage: Stage) -> Page:
    return stage.olivia().goto(path)


def told(page: Page) -> Page:
    """Where the form has come back and says what is wrong: a click does not wait for the answer."""
    expect(page.locator(".error, .error-summary").first).to_be_visible()
    return page


def sign_in_refused(stage: Stage) -> Page:
    visitor = stage.visitor()
    visitor.goto(SIGN_IN)
    visitor.sign_in(stage.cast.marc.user, password="not it")
    return told(visitor.page)


def account_closed(stage: Stage) -> Page:
    stage.cast.marc.user.is_active = False
    stage.cast.marc.user.save()
    visitor = stage.visitor()
    visitor.goto(SIGN_IN)
    visitor.sign_in(stage.cast.marc.user)
    visitor.page.wait_for_url("**/inactive/")
    return visitor.page


def new_password(stage: Stage) -> Page:
    page = stage.visitor().goto(RESET)
    page.get_by_label("Email").fill(stage.cast.marc.user.email)
    page.get_by_role("button", name="Send link").click()
    page.wait_for_url("**/sent/")
    [path] = re.findall(r"http://[^/]+(/\S+)", str(mail.outbox[-1].body))
    page.goto(path)
    return page


def new_password_refused(stage: Stage) -> Page:
    page = new_password(stage)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password, again").fill("other")
    page.get_by_role("button", name="Change password").click()
    return told(page)


def password_not_changed(stage: Stage) -> Page:
    page = as_olivia("/account/password/", stage)
    page.get_by_label("Current password").fill("not it")
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password, again").fill("other")
    page.get_by_role("button", name="Change password").click()
    return told(page)


def not_confirmed(stage: Stage) -> Page:
    page = as_olivia("/account/confirm/", stage)
    page.get_by_label("Password").fill("not it")
    page.get_by_role("button", name="Confirm").click()
    return told(page)


def nowhere(stage: Stage) -> Page:
    return stage.enter(factories.person()).goto("/")


def tenant_suspended(stage: Stage) -> Page:
    tenants.suspend(stage.cast.acme, by=Actor.operator())
    olivia = stage.olivia()
    olivia.watch.expects(403)
    return olivia.goto(LIST)


def membership_suspended(stage: Stage) -> Page:
    memberships.suspend(stage.cast.marc.membership, by=stage.cast.olivia.actor)
    marc = stage.marc()
    marc.watch.expects(403)
    return marc.goto(LIST)


def forbidden(stage: Stage) -> Page:
    marc = stage.marc()
    marc.watch.expects(403)
    return marc.goto(f"{ACME}/audit-log/")


def platform_forbidden(stage: Stage) -> Page:
    olivia = stage.olivia()
    olivia.watch.expects(403)
    return olivia.goto("/platform/tenants/")


def form_too_old(stage: Stage) -> Page:
    visitor = stage.visitor(403)
    visitor.goto(SIGN_IN)
    visitor.page.context.clear_cookies()
    visitor.sign_in(stage.cast.marc.user)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("This page was open for too long")
    return visitor.page


def not_found(stage: Stage) -> Page:
    return stage.visitor(404).goto("/no/such/page/")


def not_understood(stage: Stage) -> Page:
    secret = factories.token(stage.cast.marc.actor).secret.value
    return stage.visitor(400).goto(f"{SIGN_IN}?q={secret}")


def broken(stage: Stage) -> Page:
    def break_down(*_: object) -> None:
        raise RuntimeError("as told by a test")

    stage.monkeypatch.setattr("tokens.listing.read", break_down)
    olivia = stage.olivia()
    olivia.watch.expects(500)
    return olivia.goto(LIST)


ACCOUNT_PAGES: dict[str, Way] = {
    "sign in": partial(plain, SIGN_IN),
    "sign in, refused": sign_in_refused,
    "account closed": account_closed,
    "password reset": partial(plain, RESET),
    "password reset, sent": partial(plain, f"{RESET}sent/"),
    "password reset, used link": partial(plain, f"{RESET}key/1-abc-def/"),
    "password reset, new password": new_password,
    "password reset, new password refused": new_password_refused,
    "password reset, done": partial(plain, f"{RESET}key/done/"),
    "password change": partial(as_olivia, "/account/password/"),
    "password change, refused": password_not_changed,
    "confirm password": partial(as_olivia, "/account/confirm/"),
    "confirm password, refused": not_confirmed,
    "sign out": partial(as_olivia, "/account/sign-out/"),
    "nowhere": nowhere,
    "tenant suspended": tenant_suspended,
    "membership suspended": membership_suspended,
    "403": forbidden,
    "403, platform": platform_forbidden,
    "403, form too old": form_too_old,
    "404": not_found,
    "400": not_understood,
    "500": broken,
}
