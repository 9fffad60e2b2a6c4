"""The cast: olivia owns Acme, adam administers it, marc develops, victor looks on; stella owns Globex, a stranger."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts import roles, tenants
from accounts.access import Actor
from accounts.installed import catalogue
from accounts.models import Membership, Tenant, User
from audit.record import Origin
from tests import factories
from tests.recorded import Recorded

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
        people: dict[str, Person] = self.__dict__.get("people", {})  # a copy asks before it has any
        try:
            return people[name]
        except KeyError:
            raise AttributeError(name) from None


@pytest.fixture(scope="session")
def recorded_cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Recorded[Cast]:
    """Made before any test has changed a setting or the clock."""
    with django_db_blocker.unblock():
        return Recorded(_cast)


@pytest.fixture
def cast(db: None, recorded_cast: Recorded[Cast]) -> Cast:
    """Two tenants with their people, as if freshly made."""
    return recorded_cast.play()


def _cast() -> Cast:
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


@pytest.fixture(scope="session")
def recorded_petra(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Recorded[User]:
    with django_db_blocker.unblock():
        return Recorded(_petra)


@pytest.fixture
def petra(db: None, recorded_petra: Recorded[User]) -> User:
    """The platform admin, a member of nothing."""
    return recorded_petra.play()


def _petra() -> User:
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
