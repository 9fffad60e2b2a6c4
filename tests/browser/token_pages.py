"""Every page of Developers in every state worth looking at, by name, and the way there."""

from functools import partial

from playwright.sync_api import Page, expect

from accounts import memberships, roles
from accounts.access import Actor
from accounts.models import User
from audit import clock
from audit.record import Origin
from tests import factories
from tests.browser.session import make_sign_in_old
from tests.browser.stage import LONG_NAME, TOKENS, Stage, Way, active, expiring, never_used, page_of
from tests.browser.visitor import ACME, CREATE, LIST, Visitor
from tokens import credentials, policy
from tokens.expiry import DAY, HALF_YEAR_DAYS
from tokens.models import ManagementCredential
from tokens.rights import Right

CREDENTIALS = "/platform/credentials/"


def full(path: str, stage: Stage) -> Page:
    stage.all_tokens()
    return stage.olivia().goto(path)


def audit_log(stage: Stage) -> Page:
    """To filter by somebody with a long name."""
    User.objects.filter(pk=stage.cast.marc.user.pk).update(name=LONG_NAME)
    return full(f"{ACME}/audit-log/", stage)


def empty(path: str, stage: Stage) -> Page:
    return stage.olivia().goto(path)


def of_a_developer(stage: Stage) -> Page:
    never_used(stage)
    return stage.marc().goto(LIST)


def menu(button: str, stage: Stage) -> Page:
    never_used(stage)
    page = stage.olivia().goto(LIST)
    page.get_by_role("button", name=button).click()
    expect(page.locator(".menu:popover-open")).to_be_visible()
    return page


def whose(path: str, stage: Stage) -> Page:
    """Over the list that is filtered."""
    page = full(path, stage)
    page.get_by_role("button", name="Subject:").click()
    expect(page.locator("#dialog")).to_be_visible()
    return page


def message(stage: Stage) -> Page:
    page = _dialog(stage, "Edit").page
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_be_visible()
    return page


def create_within_limits(stage: Stage) -> Page:
    policy.change(stage.cast.acme, by=stage.cast.olivia.actor, max_days=HALF_YEAR_DAYS, never=True)
    olivia = stage.olivia()
    page = olivia.goto(CREATE)
    page.locator("details").evaluate_all("groups => groups.forEach((group) => { group.open = true })")
    page.locator("#expires").get_by_role("radio", name="Custom").check()
    return olivia.rest()


def create_filled(stage: Stage) -> Page:
    never_used(stage)
    marc = stage.marc()
    page = marc.goto(CREATE)
    marc.fill_in("Report", level="Write")
    page.get_by_role("button", name="Read only").click()
    page.get_by_label("Filter scopes").fill("inbox")
    marc.rest().evaluate("scrollTo(0, 0)")  # on phones the bar at the bottom lies over what is scrolled under it
    return page


def create_refused(stage: Stage) -> Page:
    olivia = stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto("/")
    make_sign_in_old(page.context)
    page.goto(CREATE)
    page.locator("summary", has_text="Allowed networks").click()
    page.get_by_label("Networks the token").fill("nowhere")
    page.locator("summary", has_text="Metadata").click()
    page.get_by_label("Your own data, as JSON").fill("team=data")
    page.locator("#expires").get_by_role("radio", name="Custom").check()
    olivia.submit()
    expect(page.get_by_role("alert")).to_be_focused()
    return olivia.rest()


def reveal(stage: Stage) -> Page:
    marc = stage.marc()
    marc.create("Report")
    return marc.rest()


def reveal_page(stage: Stage) -> Page:
    return _posted(stage).page


def already_shown(stage: Stage) -> Page:
    page = _posted(stage).page
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("cannot be shown again")
    return page


def details(state: str, stage: Stage) -> Page:
    return stage.olivia().goto(page_of(TOKENS[state](stage)))


def bounded(stage: Stage) -> Page:
    """It has lost a scope to a role, and loses its life to a policy that is still to come."""
    token = factories.token(stage.cast.marc.actor, "assets:write updates:run", name="Report", lives=90 * DAY).token
    memberships.change_role(stage.cast.marc.membership, to=roles.built_in("viewer"), by=stage.cast.olivia.actor)
    rules = policy.rules_of(stage.cast.acme).changed(max_days=30)
    policy.plan(stage.cast.acme, rules, on=clock.now() + 7 * DAY, by=stage.cast.olivia.actor)
    page = stage.olivia().goto(LIST)
    expect(page.get_by_text("Policy:")).to_have_count(1)
    page.goto(page.url.removesuffix(LIST) + page_of(token))
    expect(page.locator("s").first).to_be_visible()
    return page


def create_before_a_change(stage: Stage) -> Page:
    rules = policy.rules_of(stage.cast.acme).changed(max_days=30)
    policy.plan(stage.cast.acme, rules, on=clock.now() + 7 * DAY, by=stage.cast.olivia.actor)
    page = stage.marc().goto(CREATE)
    page.locator("#expires").get_by_role("radio", name="7 days").check()
    expect(page.locator("#grant")).not_to_contain_text("this token stops")
    page.locator("#expires").get_by_role("radio", name="6 months").check()
    expect(page.locator("#grant")).to_contain_text("personal tokens live at most 30 days. So this token stops")
    return page


def step(name: str, stage: Stage) -> Page:
    return stage.olivia().goto(page_of(active(stage), name))


def dialog(name: str, stage: Stage) -> Page:
    return _dialog(stage, name).page


def refused(name: str, stage: Stage) -> Page:
    """The same dialog with what is wrong."""
    visitor = _dialog(stage, name)
    visitor.watch.expects(422)
    visitor.dialog.locator("form").evaluate("form => { form.noValidate = true }")
    for field in visitor.dialog.get_by_role("textbox").all():
        field.fill("")
    visitor.dialog.locator("button[type=submit]").click()
    expect(visitor.dialog.locator(".error").first).to_be_visible()
    return visitor.page


def narrowed_to_nothing(stage: Stage) -> Page:
    olivia = stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto(page_of(expiring(stage), "scopes/"))
    olivia.choose("Assets", "None")
    page.get_by_role("button", name="Keep only these scopes").click()
    expect(page.get_by_role("alert")).to_be_focused()
    return page


def many_refused(stage: Stage) -> Page:
    stage.all_tokens()
    olivia = stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto(f"{LIST}revoke/")
    make_sign_in_old(page.context)
    page.locator("form.slip").evaluate("form => { form.noValidate = true }")
    page.locator("form.slip").get_by_role("button").click()
    expect(page.locator(".error").first).to_be_visible()
    return page


def of_the_platform(path: str, stage: Stage) -> Page:
    return stage.enter(stage.petra).goto(path)


def credentials_listed(stage: Stage) -> Page:
    ended = _credential(stage, "Old gateway")
    credentials.revoke(ended, by=Actor.person(stage.petra, Origin()))
    _credential(stage, LONG_NAME)
    return of_the_platform(CREDENTIALS, stage)


def credential_refused(stage: Stage) -> Page:
    petra = stage.enter(stage.petra)
    petra.watch.expects(422)
    page = petra.goto(f"{CREDENTIALS}new/")
    page.get_by_role("checkbox", name="Check tokens").uncheck()
    page.get_by_role("button", name="Create credential").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def credential_revealed(stage: Stage) -> Page:
    petra = stage.enter(stage.petra)
    page = petra.goto(f"{CREDENTIALS}new/")
    page.get_by_label("Name").fill("Gateway")
    page.get_by_role("button", name="Create credential").click()
    assert petra.secret
    return page


def credential_revoke(stage: Stage) -> Page:
    return of_the_platform(f"{CREDENTIALS}{_credential(stage, 'Gateway').pk}/revoke/", stage)


def _credential(stage: Stage, name: str) -> ManagementCredential:
    return credentials.create(name, list(Right), by=Actor.person(stage.petra, Origin())).credential


def _dialog(stage: Stage, name: str) -> Visitor:
    olivia = stage.olivia()
    olivia.goto(page_of(active(stage)))
    olivia.page.get_by_role("link", name=name, exact=True).click()
    expect(olivia.dialog).to_be_visible()
    return olivia


def _posted(stage: Stage) -> Visitor:
    """As without JavaScript, which axe itself needs."""
    marc = stage.marc()
    marc.goto(CREATE)
    marc.fill_in("Report")
    marc.page.locator("#token-form").evaluate("form => form.submit()")
    assert marc.secret
    return marc


TOKEN_PAGES: dict[str, Way] = {
    "list": partial(full, LIST),
    "list of a developer": of_a_developer,
    "list, empty": partial(empty, LIST),
    "list, no match": partial(full, f"{LIST}?q=zebra&status=expiring"),
    "list, whose": partial(full, f"{LIST}whose/?subject=me"),
    "list, whose, dialog": partial(whose, LIST),
    "list, whose, no match": partial(full, f"{LIST}whose/?find=zebra"),
    "list, menu of a row": partial(menu, "Actions for Report"),
    "list, menu of tenants": partial(menu, "Acme acme"),
    "list, menu of the account": partial(menu, "Olivia Test"),
    "message": message,
    "create": partial(empty, CREATE),
    "create, within limits": create_within_limits,
    "create, filled in": create_filled,
    "create, refused": create_refused,
    "reveal": reveal,
    "reveal, page": reveal_page,
    "already shown": already_shown,
    **{f"details, {state}": partial(details, state) for state in TOKENS},
    "details, bounded": bounded,
    "create, before a change": create_before_a_change,
    "edit": partial(dialog, "Edit"),
    "edit, refused": partial(refused, "Edit"),
    "edit, page": partial(step, "edit/"),
    "narrow": partial(step, "scopes/"),
    "narrow, refused": narrowed_to_nothing,
    "revoke": partial(dialog, "Revoke"),
    "revoke, refused": partial(refused, "Revoke"),
    "revoke, page": partial(step, "revoke/"),
    "revoke several": partial(full, f"{LIST}revoke/"),
    "revoke several, chosen": partial(full, f"{LIST}revoke/?status=active&kind=personal&subject=me&before=2999-01-01"),
    "revoke several, whose": partial(full, f"{LIST}revoke/whose/"),
    "revoke several, none": partial(empty, f"{LIST}revoke/"),
    "revoke several, refused": many_refused,
    "scopes": partial(empty, f"{ACME}/developers/scopes/"),
    "audit log": audit_log,
    "audit log, actors": partial(full, f"{ACME}/audit-log/actors/"),
    "audit log, no match": partial(full, f"{ACME}/audit-log/?q=zebra"),
    "tenants": partial(of_the_platform, "/platform/tenants/"),
    "tenants, no match": partial(of_the_platform, "/platform/tenants/?q=zebra"),
    "signing keys": partial(of_the_platform, "/platform/signing-keys/"),
    "signing keys, rotate": partial(of_the_platform, "/platform/signing-keys/ES256/rotate/"),
    "credentials": credentials_listed,
    "credentials, none": partial(of_the_platform, CREDENTIALS),
    "credential, create": partial(of_the_platform, f"{CREDENTIALS}new/"),
    "credential, refused": credential_refused,
    "credential, reveal": credential_revealed,
    "credential, revoke": credential_revoke,
    "platform log": partial(of_the_platform, "/platform/audit-log/"),
    "documentation of the API": partial(empty, "/api/v1/docs"),
}
