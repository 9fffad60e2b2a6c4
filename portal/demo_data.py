"""A plausible past for the demo, told through the verbs with a shifted clock: nothing here skips a rule."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts import memberships, roles, tenants
from accounts.access import Actor
from accounts.grants import Grants
from accounts.installed import catalogue
from accounts.models import Membership, Tenant, User
from audit import clock
from audit.record import Origin
from tokens import leaks, lifecycle, policy, usage
from tokens.drafts import Draft
from tokens.expiry import HALF_YEAR_DAYS, Lifetime
from tokens.kinds import Kind
from tokens.lifecycle import Issued
from tokens.models import Token

PASSWORD = "tour-of-the-portal"  # noqa: S105 - printed by the demo, which serves loopback only
BROWSER = Origin("203.0.113.24", "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", "")
OPERATOR = Actor.operator()
WORKDAY_MINUTES = 540  # not everything happens at the minute of the first start

PEOPLE = {
    "olivia": "Olivia Brandt",
    "adam": "Adam Nowak",
    "marc": "Marc Dubois",
    "dana": "Dana Kim",
    "victor": "Victor Hale",
    "sam": "Sam Whitlock",
    "tomas": "Tomás Herrera",
    "stella": "Stella Moreau",
    "petra": "Petra Lang",
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of what the demo prints."""

    email: str
    who: str


SIGN_INS = [
    SignIn("olivia@acme.example", "owner of Acme and of the empty Acme Sandbox"),
    SignIn("adam@acme.example", "admin of Acme"),
    SignIn("marc@acme.example", "developer at Acme: sees own tokens only"),
    SignIn("victor@acme.example", "viewer at Acme: can create read-only tokens"),
    SignIn("stella@globex.example", "owner of Globex, a stranger to Acme"),
    SignIn("petra@portal.example", "platform admin: sees tenants, never their tokens"),
]


def load() -> None:
    """Fill an empty database. Takes about a second: each secret is really hashed."""
    roles.load(catalogue())
    story = _Story(clock.now())
    story.found_tenants()
    story.issue_early_tokens()
    story.change_people_and_policy()
    story.issue_recent_tokens()


class _Story:
    """Days are counted back from `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.members: dict[str, Membership] = {}

    def found_tenants(self) -> None:
        with clock.at(self._ago(290)):
            users = {key: _user(key, name) for key, name in PEOPLE.items()}
            acme = tenants.create("acme", "Acme", owner=users["olivia"], by=OPERATOR)
            tenants.create("acme-sandbox", "Acme Sandbox", owner=users["olivia"], by=OPERATOR)
            globex = tenants.create("globex", "Globex", owner=users["stella"], by=OPERATOR)
            tenants.create_platform_admin(users["petra"], by=OPERATOR)
            policy.change(acme, by=Actor.operator(acme), never=True)
            policy.change(globex, by=Actor.operator(globex), max_days=90)
            self.members = {"olivia": _current("olivia", acme), "stella": _current("stella", globex)}
        staff = {"adam": "admin", "marc": "developer", "dana": "developer", "victor": "viewer"}
        staff |= {"sam": "developer", "tomas": "developer"}
        for days, (key, role) in zip(range(280, 200, -10), staff.items(), strict=False):
            with clock.at(self._ago(days)):
                added = memberships.add(users[key], to=acme, role=roles.built_in(role), by=self._actor("olivia"))
                self.members[key] = added

    def issue_early_tokens(self) -> None:
        legacy = self._issue(
            "olivia",
            Kind.TENANT,
            "Legacy intranet embed",
            "Made before anybody asked for an end date",
            "libraries:read assets:read",
            made=260,
            life=None,
        )
        self._used(legacy.token, 0.04, "192.0.2.18", "intranet-embed/1.0")
        import_ = self._issue(
            "sam",
            Kind.PERSONAL,
            "Contractor import, phase 2",
            "Bulk upload by the migration team",
            "assets:write metadata:write",
            made=230,
            life=Lifetime.YEAR,
        )
        self._used(import_.token, 61, "198.51.100.201", "python-requests/2.32.3")
        docs = self._issue(
            "adam",
            Kind.TENANT,
            "Docs site publisher",
            "Replaced by Release pipeline",
            "projects:read libraries:read",
            made=220,
            life=Lifetime.HALF_YEAR,
        )
        self._used(docs.token, 41, "192.0.2.140", "docs-publisher/0.9")
        self._issue(
            "marc",
            Kind.PERSONAL,
            "First steps with the API",
            "Written on the first day",
            "projects:read assets:read",
            made=215,
            life=Lifetime.YEAR,
        )
        tomas = self._issue(
            "tomas",
            Kind.PERSONAL,
            "Quarterly access review",
            "Read-only pull for the compliance sheet",
            "projects:read libraries:read metadata:read",
            made=100,
            life=Lifetime.HALF_YEAR,
        )
        self._used(tomas.token, 16, "198.51.100.33", "curl/8.14.1")

    def change_people_and_policy(self) -> None:
        with clock.at(self._ago(60)):
            memberships.remove(self.members["sam"], by=self._actor("olivia"))
        with clock.at(self._ago(12)):
            memberships.suspend(self.members["tomas"], by=self._actor("adam"))
        with clock.at(self._ago(30)):
            policy.change(self.members["olivia"].tenant, by=self._actor("olivia"), max_days=HALF_YEAR_DAYS)

    def issue_recent_tokens(self) -> None:
        feed = self._issue(
            "olivia",
            Kind.TENANT,
            "Partner price feed",
            "Pulls stock levels into the dealer site",
            "assets:read metadata:read",
            made=88,
            life=Lifetime.QUARTER,
            networks="203.0.113.0/24",
        )
        self._used(feed.token, 0.002, "203.0.113.24", "dealer-sync/4.1")
        sync = self._issue(
            "adam",
            Kind.TENANT,
            "Nightly asset sync to warehouse",
            "Runs 02:00 UTC on the ETL host. Owner: data team.",
            "projects:read libraries:read assets:write",
            made=91,
            life=Lifetime.HALF_YEAR,
        )
        self._used(sync.token, 0.003, "203.0.113.61", "asset-sync/2.3")
        with clock.at(self._ago(52)):
            description = "Runs 02:00 UTC on the ETL host. Owner: data team, pager 17."
            lifecycle.edit(sync.token, name=sync.token.name, description=description, by=self._actor("olivia"))
        laptop = self._issue(
            "marc",
            Kind.PERSONAL,
            "Marc's laptop, CLI",
            "Local development, not for servers",
            "projects:write assets:write libraries:read metadata:read",
            made=24,
            life=Lifetime.MONTH,
        )
        self._used(laptop.token, 1.1, "198.51.100.7", "curl/8.14.1")
        with clock.at(self._ago(20)):
            lifecycle.narrow(
                laptop.token, to=Grants.parse("projects:write assets:read libraries:read"), by=self._actor("marc")
            )
        self._leak_and_revoke()
        self._issue(
            "dana",
            Kind.PERSONAL,
            "Support inbox export",
            "Weekly numbers for the support lead",
            "shared/conversations:read shared/inboxes:read",
            made=3,
            life=Lifetime.QUARTER,
        )
        self._issue(
            "marc",
            Kind.PERSONAL,
            "Device telemetry dashboard",
            "Grafana in the office",
            "data-monitor:read devices:read",
            made=1,
            life=Lifetime.WEEK,
        )
        self._issue(
            "victor", Kind.PERSONAL, "Library report", "", "libraries:read assets:read", made=6, life=Lifetime.QUARTER
        )
        stella = self._issue("stella", Kind.PERSONAL, "Globex trial", "", "assets:read", made=14, life=Lifetime.MONTH)
        self._used(stella.token, 2, "192.0.2.77", "HTTPie/3.2.4")

    def _leak_and_revoke(self) -> None:
        """A secret in a build log: the portal saw it in an address, and an administrator acted."""
        runner = self._issue(
            "adam",
            Kind.TENANT,
            "CI runner, old",
            "Main branch builds",
            "projects:write assets:write webhooks:read",
            made=150,
            life=Lifetime.HALF_YEAR,
        )
        self._used(runner.token, 5, "192.0.2.140", "ci-runner/11.4")
        with clock.at(self._ago(4.9)):
            leaks.note(runner.secret.value, where="address", origin=Origin("192.0.2.140", "curl/8.5.0", ""))
        with clock.at(self._ago(4.8)):
            reason = "The secret was printed in a build log"
            lifecycle.revoke(runner.token, by=self._actor("adam"), reason=reason)

    def _issue(
        self,
        who: str,
        kind: Kind,
        name: str,
        description: str,
        scope: str,
        *,
        made: float,
        life: Lifetime | None,
        networks: str = "",
    ) -> Issued:
        moment = self._ago(made) - timedelta(minutes=43 * len(name) % WORKDAY_MINUTES)
        with clock.at(moment):
            draft = Draft(
                kind=kind,
                name=name,
                description=description,
                grants=Grants.parse(scope),
                expires_at=life.end(moment) if life else None,
                networks=networks,
            )
            return lifecycle.issue(draft, by=self._actor(who))

    def _used(self, token: Token, days: float, address: str, client: str) -> None:
        with clock.at(self._ago(days)):
            usage.note(token.pk, address=address, client=client)
        usage.flush()

    def _actor(self, who: str) -> Actor:
        membership = Membership.objects.with_everything().get(pk=self.members[who].pk)
        return Actor.member(membership, BROWSER)

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)


def _user(key: str, name: str) -> User:
    house = {"stella": "globex", "petra": "portal"}.get(key, "acme")
    return User.objects.create_user(f"{key}@{house}.example", name, PASSWORD)


def _current(key: str, tenant: Tenant) -> Membership:
    return Membership.objects.in_tenant(tenant).get(user__email__startswith=f"{key}@")
