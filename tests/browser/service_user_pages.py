"""Every page of service users in every state worth looking at, by name, and the way there."""

from functools import partial

from playwright.sync_api import Page, expect

from accounts import managing, resources, service_users
from accounts.models import ServiceUser
from accounts.resources import Said
from tests import factories
from tests.browser.stage import LONG_NAME, Stage, Way
from tests.browser.visitor import ACME, CREATE
from tokens import subjects, usage

LIST = f"{ACME}/service-users/"
GRANTS = "assets:write@library=finished-assets projects:read@project=spring-2027 shared/conversations:read"


def worker(stage: Stage) -> ServiceUser:
    """With everything that its page can show."""
    by = stage.cast.olivia.actor
    made = factories.worker(by, name=LONG_NAME, role="viewer", grants=GRANTS)
    service_users.edit(made, service_users.Words(LONG_NAME, "Copies.\nPager 17.", "data-team@acme.test"), by=by)
    managing.add(made, stage.cast.marc.membership, by=by)
    token = factories.token(by, service_user=made, name=LONG_NAME).token
    usage.note(token.pk, address="2001:db8:85a3:8d3:1319:8a2e:370:7348", client="nightly-sync/4.1 (linux; x86_64)")
    usage.flush()
    return made


def alone(stage: Stage) -> ServiceUser:
    made = factories.worker(stage.cast.olivia.actor, name="Pilot", grants="")
    managing.remove(made, stage.cast.olivia.membership, by=stage.cast.olivia.actor)
    return made


def disabled(stage: Stage) -> ServiceUser:
    made = factories.worker(stage.cast.olivia.actor, name="Metrics", role="viewer", grants="")
    service_users.disable(made, by=stage.cast.olivia.actor)
    return made


def listed(query: str, stage: Stage) -> Page:
    for make in (worker, alone, disabled):
        make(stage)
    return stage.olivia().goto(f"{LIST}{query}")


def empty(stage: Stage) -> Page:
    return stage.olivia().goto(LIST)


def empty_of_a_viewer(stage: Stage) -> Page:
    return stage.enter(stage.cast.victor.user).goto(LIST)


def details(made_as: str, step: str, stage: Stage) -> Page:
    made = {"worker": worker, "alone": alone, "disabled": disabled}[made_as](stage)
    return stage.olivia().goto(f"{LIST}{made.pk}/{step}".format(olivia=stage.cast.olivia.membership.pk))


def dialog(name: str, stage: Stage) -> Page:
    page = details("worker", "", stage)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def refused(path: str, stage: Stage) -> Page:
    made, olivia = worker(stage), stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto(LIST + path.format(made.pk))
    for field in page.locator("main form").get_by_role("textbox").all():
        field.fill("")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error").first).to_be_visible()
    return page


def by_hand(stage: Stage) -> Page:
    """Of somebody who may not see what is registered."""
    made = worker(stage)
    marc = stage.enter(stage.cast.marc.user)
    marc.watch.expects(422)
    page = marc.goto(f"{LIST}{made.pk}/access/new/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error").first).to_be_visible()
    return page


def picked(stage: Stage) -> Page:
    """Access to add: one row, and one that it has already."""
    resources.put(Said("library", "finished-assets", LONG_NAME), by=stage.cast.olivia.actor)
    made, olivia = worker(stage), stage.olivia()
    page = olivia.goto(f"{LIST}{made.pk}/access/new/")
    add = page.get_by_role("button", name="Add", exact=True)
    for place, target, right in (("metadata", "all", "write"), ("assets", "library=finished-assets", "read")):
        page.get_by_label("Action type").select_option(place)
        page.locator(f"#target option[value='{target}']").wait_for(state="attached")
        page.get_by_label("Target entity").select_option(target)
        page.get_by_label("Permission type").select_option(right)
        olivia.watch.expects(422)
        add.click()
        expect(page.locator(".said, #builder-problem")).to_be_visible()
    return page


def create_for_one_of_many(stage: Stage) -> Page:
    made = worker(stage)
    rows = (ServiceUser(tenant=stage.cast.acme, name=f"robot-{number}") for number in range(subjects.FEW))
    ServiceUser.objects.bulk_create(rows)
    return stage.olivia().goto(f"{CREATE}?subject=service:{made.pk}")


SERVICE_USER_PAGES: dict[str, Way] = {
    "service users": partial(listed, ""),
    "service users, no match": partial(listed, "?q=zebra"),
    "service users, none": empty,
    "service users, none of one's own": empty_of_a_viewer,
    "service user": partial(details, "worker", ""),
    "service user, nobody's": partial(details, "alone", ""),
    "service user, disabled": partial(details, "disabled", ""),
    "service user, edit": partial(dialog, "Edit"),
    "service user, delete": partial(dialog, "Delete"),
    "service user, add access": picked,
    "service user, add access by hand": by_hand,
    "service user, add manager": partial(refused, "{}/managers/new/"),
    "service user, remove manager": partial(details, "worker", "managers/{olivia}/remove/"),
    "service user, disable": partial(details, "worker", "disable/"),
    "service user, create": partial(refused, "new/"),
    "create for a service user": create_for_one_of_many,
}
