"""Resources, and custom permissions on the create form, in every state worth looking at."""

from functools import partial

from playwright.sync_api import Page, expect

from accounts import resources
from accounts.models import Resource
from accounts.resources import Said
from tests import factories
from tests.browser.stage import LONG_NAME, Stage, Way
from tests.browser.visitor import ACME, CREATE, LIST
from tokens.kinds import Kind

RESOURCES = f"{ACME}/resources/"
LONG_ID = "warehouse-rotterdam-hall-17-row-204-slot-0099-temperature-and-humidity-sensor-of-the-second-generation"


def register(stage: Stage) -> Resource:
    by = stage.cast.olivia.actor
    devices = [Said("device", f"gw-{number:03}", f"Gateway {number}") for number in range(22)]
    resources.put_many([Said("group", "eu-1", "Berlin lab"), Said("device", LONG_ID, LONG_NAME), *devices], by=by)
    archived, _ = resources.put(Said("library", "old", "Old logos"), by=by)
    resources.archive(archived, by=by)
    return Resource.objects.get(external_id="eu-1")


def listed(query: str, stage: Stage) -> Page:
    register(stage)
    return stage.olivia().goto(f"{RESOURCES}{query}")


def none(path: str, stage: Stage) -> Page:
    return stage.olivia().goto(path)


def refused(stage: Stage) -> Page:
    olivia = stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto(RESOURCES)
    page.get_by_role("link", name="Register one").click()
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".error").first).to_be_visible()
    return page


def step(name: str, stage: Stage) -> Page:
    one = register(stage)
    factories.token(stage.cast.olivia.actor, "devices:read@group=eu-1", kind=Kind.TENANT, name=LONG_NAME)
    return stage.olivia().goto(f"{RESOURCES}{one.pk}/{name}/")


def custom_empty(stage: Stage) -> Page:
    olivia = stage.olivia()
    page = olivia.goto(CREATE)
    page.locator("#kind").get_by_role("radio", name="Custom").check()
    return olivia.rest()


def custom_built(stage: Stage) -> Page:
    register(stage)
    scope = f"devices:read@device={LONG_ID} updates:run@group=eu-1 shared/messages:send"
    like = factories.token(stage.cast.olivia.actor, scope, kind=Kind.TENANT).token
    olivia = stage.olivia()
    page = olivia.goto(f"{CREATE}?like={like.pk}")
    page.get_by_label("Action type").select_option("updates")
    expect(page.locator("#target")).to_contain_text("Berlin lab")
    page.get_by_label("Target entity").select_option("group=eu-1")
    page.get_by_label("Permission type").select_option("run")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".said")).to_contain_text("in the list already")
    page.evaluate("scrollTo(0, 0)")  # else a radio may lie under the bar on top, whose button axe takes for a neighbour
    return olivia.rest()


def custom_refused(stage: Stage) -> Page:
    olivia = stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto(CREATE)
    page.locator("#kind").get_by_role("radio", name="Custom").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#builder-problem")).to_be_visible()
    olivia.submit()
    expect(page.get_by_role("alert")).to_be_focused()
    return olivia.rest()


def custom_details(stage: Stage) -> Page:
    register(stage)
    scope = f"devices:read@device={LONG_ID} updates:run@group=eu-1"
    token = factories.token(stage.cast.olivia.actor, scope, kind=Kind.TENANT).token
    return stage.olivia().goto(f"{LIST}{token.pk}/")


RESOURCE_PAGES: dict[str, Way] = {
    "resources": partial(listed, "?state=all"),
    "resources, none": partial(none, RESOURCES),
    "resources, no match": partial(listed, "?q=zebra"),
    "resource, register": partial(none, f"{RESOURCES}new/"),
    "resource, refused": refused,
    "resource, rename": partial(step, "rename"),
    "resource, archive": partial(step, "archive"),
    "create, custom": custom_empty,
    "create, custom, built": custom_built,
    "create, custom, refused": custom_refused,
    "details, custom": custom_details,
}
