"""The cast: olivia owns Acme, adam administers it, marc develops, victor looks on; stella owns Globex, a stranger."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.test import Client

from accounts import roles, tenants
from accounts.access import Actor
from accounts.installed import catalogue
from accounts.models import Membership, Tenant, User
from audit.record import Origin
from tests import factories

ORIGIN = Origin("192.0.2.1", "tests", "req_test")

type SignIn = Callable[[User], Client]


@dataclass
class Person:
    """A member and who they are at work."""

    user: User
    membership: Membership

    @property
    def actor(self) -> Actor:
        """Read anew each time, as the middleware does on each request."""
        return Actor.member(factories.membership_of(self.user, self.membership.tenant), ORIGIN)


@dataclass
class Cast:
    acme: Tenant
    globex: Tenant
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


@pytest.fixture
def cast(db: None) -> Cast:
    """Two tenants with their people, freshly made."""
    roles.load(catalogue())
    users = {
        name: factories.person(name=f"{name.capitalize()} Test", email=f"{name}@{house}.test")
        for name, house in [
            ("olivia", "acme"),
            ("adam", "acme"),
            ("marc", "acme"),
            ("victor", "acme"),
            ("stella", "globex"),
        ]
    }
    acme = factories.tenant("acme", "Acme", users["olivia"])
    globex = factories.tenant("globex", "Globex", users["stella"])
    made = Cast(acme, globex)
    for name, house in [("olivia", acme), ("stella", globex)]:
        made.people[name] = Person(users[name], factories.membership_of(users[name], house))
    for name, role in [("adam", "admin"), ("marc", "developer"), ("victor", "viewer")]:
        made.people[name] = Person(users[name], factories.member(users[name], acme, role))
    return made


@pytest.fixture
def petra(db: None) -> User:
    """The platform admin, a member of nothing."""
    user = factories.person(name="Petra Test", email="petra@portal.test")
    tenants.create_platform_admin(user, by=Actor.operator())
    return user


@pytest.fixture
def sign_in(client: Client) -> SignIn:
    """Sign in through the real page, with the real password."""

    def through_the_door(user: User) -> Client:
        browser = Client()
        answer = browser.post("/account/sign-in/", {"login": user.email, "password": factories.PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return browser

    return through_the_door
