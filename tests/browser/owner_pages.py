"""What needs an owner, tokens made for somebody else, and members who go: the pages by name, and the way there."""

from functools import partial

from playwright.sync_api import Page, expect

from accounts import managing, memberships
from tests import factories
from tests.browser.stage import LONG_NAME, Stage, Way, page_of
from tests.browser.visitor import ACME, CREATE
from tests.tokens.offering import offer
from tokens.kinds import Kind
from tokens.models import Token

QUEUE = f"{ACME}/needs-owner/"


def left_behind(stage: Stage) -> Token:
    """Adam has gone; a token and a service user of his are left."""
    token = factories.token(stage.cast.adam.actor, kind=Kind.TENANT, name=LONG_NAME).token
    factories.token(stage.cast.adam.actor, kind=Kind.TENANT, name="Price feed")
    factories.worker(stage.cast.adam.actor, name="Archive")
    memberships.remove(stage.cast.adam.membership, by=stage.cast.olivia.actor)
    return token


def queue(path: str, stage: Stage) -> Page:
    left_behind(stage)
    return stage.olivia().goto(path)


def unowned(step: str, stage: Stage) -> Page:
    return stage.olivia().goto(page_of(left_behind(stage), step))


def give_refused(stage: Stage) -> Page:
    token = left_behind(stage)
    olivia = stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto(page_of(token, "give/"))
    page.get_by_role("button", name="Give to this person").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def offered(step: str, stage: Stage) -> Page:
    """As the person for whom it was made."""
    return stage.marc().goto(page_of(offer(stage.cast, name=LONG_NAME), step))


def offered_seen_by_the_maker(step: str, stage: Stage) -> Page:
    return stage.enter(stage.cast.adam.user).goto(page_of(offer(stage.cast), step))


def for_somebody_else(stage: Stage) -> Page:
    adam = stage.enter(stage.cast.adam.user)
    page = adam.goto(CREATE)
    page.get_by_label("Acts as", exact=True).select_option(f"member:{stage.cast.marc.membership.pk}")
    adam.rest()
    adam.choose("Assets", "Read")
    adam.rest().evaluate("scrollTo(0, 0)")  # on phones the bar at the bottom lies over what is scrolled under it
    return page


def going(deed: str, stage: Stage) -> Page:
    factories.token(stage.cast.adam.actor, name="Adam's laptop")
    factories.token(stage.cast.adam.actor, kind=Kind.TENANT, name=LONG_NAME)
    managing.add(factories.worker(stage.cast.adam.actor), stage.cast.marc.membership, by=stage.cast.olivia.actor)
    offer(stage.cast)
    page = stage.olivia().goto(f"{ACME}/members/{stage.cast.adam.membership.pk}/{deed}/")
    page.locator("details").evaluate("details => { details.open = true }")
    return page


def going_refused(stage: Stage) -> Page:
    olivia = stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto(f"{ACME}/members/{stage.cast.marc.membership.pk}/remove/")
    page.get_by_label("to confirm").fill("marc")
    page.get_by_role("button", name="Remove Marc Test").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


OWNER_PAGES: dict[str, Way] = {
    "needs an owner": partial(queue, QUEUE),
    "needs an owner, service users": partial(queue, f"{QUEUE}?what=service-users"),
    "details, needs an owner": partial(unowned, ""),
    "give, refused": give_refused,
    "create, for somebody else": for_somebody_else,
    "claim": partial(offered, "claim/"),
    "details, waiting for somebody": partial(offered_seen_by_the_maker, ""),
    "remove a member": partial(going, "remove"),
    "remove a member, refused": going_refused,
}
