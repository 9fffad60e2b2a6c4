"""A plausible past for the demo, told through the verbs with a shifted clock: nothing here skips a rule."""

from datetime import datetime, timedelta

from accounts import invitations, memberships, roles, tenants
from accounts.access import Actor
from accounts.grants import Grants
from accounts.installed import catalogue
from accounts.models import Membership, Tenant, User
from audit import clock
from audit.record import Origin
from portal import demo_custom, demo_members, demo_offers, demo_policy, demo_service_users
from portal.demo_cast import EARLY, FEED, LAPTOP, PASSWORD, PEOPLE, RECENT, RUNNER, STAFF, SYNC, Told, email
from tokens import leaks, lifecycle, policy, usage
from tokens.drafts import Draft
from tokens.expiry import HALF_YEAR_DAYS
from tokens.lifecycle import Issued

BROWSER = Origin("203.0.113.24", "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", "")
OPERATOR = Actor.operator()
WORKDAY_MINUTES = 540  # not everything happens at the minute of the first start


def load() -> None:
    """Fill an empty database. Takes about a second: each secret is really hashed."""
    roles.load(catalogue())
    story = _Story(clock.now())
    story.found_tenants()
    story.hire()
    for told in EARLY:
        story.issue(told)
    story.change_people_and_policy()
    story.keep_two_tokens_in_order()
    story.leak_and_revoke()
    story.invite()
    demo_service_users.tell(story.now, story.members)
    demo_offers.tell(story.now, story.members, password=PASSWORD)
    for told in (FEED, *RECENT):
        story.issue(told)
    demo_custom.load(story.members["olivia"])
    story.change_roles_and_plan()


class _Story:
    """Days are counted back from `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.users: dict[str, User] = {}
        self.members: dict[str, Membership] = {}

    def found_tenants(self) -> None:
        with clock.at(self._ago(290)):
            self.users = {key: User.objects.create_user(email(key), name, PASSWORD) for key, name in PEOPLE.items()}
            acme, _ = self._found("acme", "Acme", "olivia"), self._found("acme-sandbox", "Acme Sandbox", "olivia")
            globex, initech = self._found("globex", "Globex", "stella"), self._found("initech", "Initech", "ivan")
            tenants.create_platform_admin(self.users["petra"], by=OPERATOR)
            policy.change(acme, by=Actor.operator(acme), never=True)
            policy.change(globex, by=Actor.operator(globex), max_days=90)
        for key, tenant in [("olivia", acme), ("stella", globex), ("ivan", initech)]:
            self.members[key] = Membership.objects.in_tenant(tenant).of(self.users[key].pk).get()

    def hire(self) -> None:
        acme = self.members["olivia"].tenant
        for number, (key, role) in enumerate(STAFF.items()):
            with clock.at(self._ago(280 - 5 * number)):
                hired = memberships.add(self.users[key], to=acme, role=roles.built_in(role), by=self._actor("olivia"))
                self.members[key] = hired

    def change_people_and_policy(self) -> None:
        with clock.at(self._ago(60)):
            memberships.remove(self.members["sam"], by=self._actor("olivia"))
        with clock.at(self._ago(30)):
            policy.change(self.members["olivia"].tenant, by=self._actor("olivia"), max_days=HALF_YEAR_DAYS)
        with clock.at(self._ago(12)):
            memberships.suspend(self.members["tomas"], by=self._actor("adam"))
        with clock.at(self._ago(8)):
            tenants.suspend(self.members["ivan"].tenant, by=OPERATOR)

    def keep_two_tokens_in_order(self) -> None:
        sync, laptop = self.issue(SYNC).token, self.issue(LAPTOP).token
        with clock.at(self._ago(52)):
            description = f"{SYNC.description} Pager 17."
            lifecycle.edit(sync, name=sync.name, description=description, by=self._actor("olivia"))
        with clock.at(self._ago(20)):
            kept = Grants.parse("projects:write assets:read libraries:read")
            lifecycle.narrow(laptop, to=kept, by=self._actor("marc"))

    def leak_and_revoke(self) -> None:
        """A secret in a build log: the portal saw it in an address, and an administrator acted."""
        runner = self.issue(RUNNER)
        with clock.at(self._ago(4.9)):
            leaks.note(runner.secret.value, where="address", origin=Origin("192.0.2.140", "curl/8.5.0", ""))
        with clock.at(self._ago(4.8)):
            lifecycle.revoke(runner.token, by=self._actor("adam"), reason="The secret was printed in a build log")

    def invite(self) -> None:
        for told in demo_members.INVITED:
            with clock.at(self._ago(told.days)):
                invitations.invite(told.email, role=roles.built_in(told.role), by=self._actor(told.by))

    def change_roles_and_plan(self) -> None:
        with clock.at(self._ago(2)):
            demo_policy.give_a_role_of_their_own(self._actor("olivia"), self.members["dana"])
        with clock.at(self._ago(1)):
            demo_policy.plan_shorter_lives(self._actor("adam"))

    def issue(self, told: Told) -> Issued:
        moment = self._ago(told.made) - timedelta(minutes=43 * len(told.name) % WORKDAY_MINUTES)
        draft = Draft(
            kind=told.kind,
            name=told.name,
            description=told.description,
            grants=Grants.parse(told.scope),
            expires_at=told.life.end(moment) if told.life else None,
            networks=told.networks,
        )
        with clock.at(moment):
            issued = lifecycle.issue(draft, by=self._actor(told.who))
        if told.used:
            with clock.at(self._ago(told.used.days)):
                usage.note(issued.token.pk, address=told.used.address, client=told.used.client)
            usage.flush()
        return issued

    def _found(self, slug: str, name: str, owner: str) -> Tenant:
        return tenants.create(slug, name, owner=self.users[owner], by=OPERATOR)

    def _actor(self, who: str) -> Actor:
        membership = Membership.objects.with_everything().get(pk=self.members[who].pk)
        return Actor.member(membership, BROWSER)

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)
