"""Every page of the token policy, the limits and roles in every state worth looking at, and the way there."""

from functools import partial

from playwright.sync_api import Page, expect

from accounts import memberships, own_roles
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Role
from accounts.own_roles import NewRole
from audit import clock
from audit.record import Origin
from tests import factories
from tests.browser.stage import Stage, Way
from tests.browser.visitor import ACME, CREATE, LIST
from tests.tokens.rows import row, stored
from tokens import policy
from tokens.expiry import DAY
from tokens.kinds import Kind
from tokens.rules import KindRules, Rules

POLICY = f"{ACME}/developers/policy/"
ROLES = f"{ACME}/roles/"
LIMITS = "/platform/limits/"


def tightened(page: Page) -> Page:
    """A form in which somebody has switched personal tokens off."""
    page.locator("#personal-allowed").uncheck()
    return page


def pending(stage: Stage) -> Page:
    rules = policy.rules_of(stage.cast.acme).changed(max_days=30, networks=True, forbidden="assets:write")
    policy.plan(stage.cast.acme, rules, on=clock.now() + 7 * DAY, by=stage.cast.olivia.actor)
    return stage.olivia().goto(POLICY)


def limits_ahead(stage: Stage) -> Page:
    """Beside a change of the tenant's own."""
    factories.token(stage.cast.marc.actor, name="Report")
    pending(stage)
    tight = policy.limits().rules.changed(personal=False, forbidden="projects:write")
    policy.limit(tight, on=clock.now() + 3 * DAY, by=Actor.person(stage.petra, Origin()))
    page = stage.olivia().goto(POLICY)
    expect(page.get_by_role("region", name="The platform's limits change")).to_contain_text("1 token stops")
    return page


def review(stage: Stage) -> Page:
    factories.token(stage.cast.marc.actor, name="Report")
    page = tightened(stage.olivia().goto(POLICY))
    page.get_by_role("button", name="Review the change").locator("visible=true").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review the token policy")
    return page


def limits_review(stage: Stage) -> Page:
    factories.token(stage.cast.marc.actor, name="Report")
    page = tightened(stage.enter(stage.petra).goto(LIMITS))
    page.get_by_role("button", name="Review the change").locator("visible=true").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review the token limits")
    return page


def releases(stage: Stage) -> Role:
    """Marc has it, and more tokens that need it than a page shows."""
    grants = Grants.parse("assets:write updates:run")
    made = own_roles.create([NewRole("releases", "Releases", "Ships", grants=grants)], by=stage.cast.olivia.actor)[0]
    memberships.change_role(stage.cast.marc.membership, to=made, by=stage.cast.olivia.actor)
    factories.token(stage.cast.marc.actor, "assets:write", name="Report")
    marc, end = stage.cast.marc.membership, clock.now() + 30 * DAY
    stored(row(stage.cast.acme, marc, grants="assets:write", expires_at=end) for _ in range(20))
    return made


def roles(stage: Stage) -> Page:
    releases(stage)
    return stage.olivia().goto(ROLES)


def role_refused(stage: Stage) -> Page:
    olivia = stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto(f"{ROLES}{releases(stage).pk}/edit/")
    page.get_by_role("radiogroup", name="Assets").get_by_text("Read", exact=True).click()
    expect(page.locator("#effect")).to_contain_text("Report of Marc Test loses assets:write")
    page.locator("#effect").get_by_role("button", name="Next").click()
    expect(page.locator("#effect")).to_contain_text("1 of 21 tokens")
    page.get_by_role("button", name="Save role").click()
    expect(page.get_by_text("tick this").first).to_be_visible()
    return page


def role_delete(stage: Stage) -> Page:
    return stage.olivia().goto(f"{ROLES}{releases(stage).pk}/delete/")


def switched_off(path: str, stage: Stage) -> Page:
    factories.token(stage.cast.marc.actor, name="Report")
    factories.worker(stage.cast.olivia.actor)
    policy.change(stage.cast.acme, by=stage.cast.olivia.actor, personal=False, tenant=False)
    return stage.olivia().goto(path)


def another_end(stage: Stage) -> Page:
    """Chosen for a tenant token, and too long for a personal one."""
    kinds = {Kind.PERSONAL: KindRules(max_days=30), Kind.SERVICE: KindRules(), Kind.TENANT: KindRules()}
    policy.plan(stage.cast.acme, Rules(kinds), on=None, by=stage.cast.olivia.actor)
    olivia = stage.olivia()
    page = olivia.goto(CREATE)
    page.locator("#kind").get_by_role("radio", name="Tenant").check()
    page.locator("#expires").get_by_role("radio", name="1 year").check()
    page.locator("#kind").get_by_role("radio", name="Personal").check()
    expect(page.locator("#expires")).to_contain_text("1 year is too long")
    return olivia.rest()


def _of(path: str, stage: Stage) -> Page:
    return stage.olivia().goto(path)


def limits(stage: Stage) -> Page:
    return stage.enter(stage.petra).goto(LIMITS)


POLICY_PAGES: dict[str, Way] = {
    "policy, pending": pending,
    "policy, limits ahead": limits_ahead,
    "policy, review": review,
    "create, kinds switched off": partial(switched_off, CREATE),
    "create, another end": another_end,
    "list, kinds switched off": partial(switched_off, LIST),
    "limits": limits,
    "limits, review": limits_review,
    "roles": roles,
    "role, new": partial(_of, f"{ROLES}new/"),
    "role, refused": role_refused,
    "role, delete": role_delete,
}
