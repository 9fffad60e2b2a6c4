"""Members, invitations and the page behind an invitation's link in every state, by name, and the way there."""

from functools import partial

from django.core import mail
from playwright.sync_api import Page, expect

from accounts import invitations, memberships, own_roles
from accounts.grants import Grants
from accounts.models import Invitation, User
from accounts.own_roles import NewRole
from audit import clock
from tests import factories
from tests.accounts.invited import MEMBERS, NORA, invite, link
from tests.browser.stage import LONG_NAME, Stage, Way
from tests.browser.visitor import Visitor

LONG_EMAIL = f"{'nora-with-a-very-long-name-' * 2}@subsidiary.of.acme.test"


def full(path: str, stage: Stage) -> Page:
    """Somebody suspended, a role with a long name, and an invitation in each state that a list shows."""
    own_roles.create([NewRole("nightly", LONG_NAME, "", grants=Grants())], by=stage.cast.olivia.actor)
    memberships.suspend(stage.cast.victor.membership, by=stage.cast.olivia.actor)
    User.objects.filter(pk=stage.cast.marc.user.pk).update(name=LONG_NAME)
    with clock.at(clock.now() - invitations.LIFETIME):
        invite(stage.cast.adam.actor, "expired@acme.test")
    invite(stage.cast.olivia.actor, LONG_EMAIL)
    invite(stage.cast.olivia.actor, role="owner")
    Invitation.objects.filter(email=NORA).update(undelivered=True)
    return stage.olivia().goto(path)


def of_an_admin(stage: Stage) -> Page:
    invite(stage.cast.olivia.actor, role="owner")
    page = stage.enter(stage.cast.adam.user).goto(MEMBERS)
    page.get_by_role("button", name="Actions for Olivia Test").click()
    expect(page.locator(".menu:popover-open")).to_contain_text("Only an owner")
    return page


def invite_refused(stage: Stage) -> Page:
    olivia = stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto(MEMBERS)
    page.get_by_role("link", name="Invite people").click()
    page.get_by_label("Email").fill("nora")
    page.get_by_role("button", name="Send invitation").click()
    expect(page.locator(".error").first).to_be_visible()
    return page


def last_owner(stage: Stage) -> Page:
    olivia = stage.olivia()
    olivia.watch.expects(422)
    page = olivia.goto(f"{MEMBERS}{stage.cast.olivia.membership.pk}/role/")
    page.get_by_role("radio", name="Viewer").check()
    page.get_by_role("button", name="Change role").click()
    expect(page.get_by_role("alert")).to_contain_text("last owner")
    return page


def withdraw(stage: Stage) -> Page:
    made = invite(stage.cast.olivia.actor, LONG_EMAIL)
    return stage.olivia().goto(f"{MEMBERS}invitations/{made.pk}/withdraw/")


def opened(stage: Stage, visitor: Visitor | None = None, email: str = NORA) -> Page:
    invite(stage.cast.olivia.actor, email)
    return (visitor or stage.visitor()).goto(link())


def join_refused(stage: Stage) -> Page:
    page = opened(stage, stage.visitor(422), LONG_EMAIL)
    page.get_by_role("button", name="Join Acme").click()
    expect(page.locator(".error").first).to_be_visible()
    return page


def with_an_account(stage: Stage) -> Page:
    factories.person(name="Nora Test", email=NORA)
    return opened(stage)


def somebody_else(stage: Stage) -> Page:
    return opened(stage, stage.marc())


def withdrawn(stage: Stage) -> Page:
    made = invite(stage.cast.olivia.actor)
    invitations.withdraw(made, by=stage.cast.olivia.actor)
    assert mail.outbox
    return stage.visitor(410).goto(link())


MEMBER_PAGES: dict[str, Way] = {
    "members": partial(full, MEMBERS),
    "members, of an admin": of_an_admin,
    "invitations": partial(full, f"{MEMBERS}invitations/"),
    "invite, refused": invite_refused,
    "role, last owner": last_owner,
    "withdraw": withdraw,
    "join, refused": join_refused,
    "join, account": with_an_account,
    "join, somebody else": somebody_else,
    "join, withdrawn": withdrawn,
}
