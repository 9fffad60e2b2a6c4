"""The first people of an installation of its own, made through the verbs in a process of their own."""

from django.core.management import call_command

from accounts import roles, tenants
from accounts.access import Actor
from accounts.installed import catalogue
from accounts.models import User
from tests import factories

OWNERS = ("olivia@acme.test", "otto@acme.test", "oskar@acme.test", "oda@acme.test")
DEVELOPER = "marc@acme.test"
STRANGER = "stella@globex.test"
PLATFORM_ADMIN = "petra@portal.test"
PASSWORD = factories.PASSWORD


def settle() -> None:
    """An empty database becomes one with tenants and people who can sign in."""
    call_command("migrate", interactive=False, verbosity=0)
    roles.load(catalogue())
    first, *others = [_person(email) for email in OWNERS]
    acme = factories.tenant("acme", "Acme", first)
    for owner in others:
        factories.member(owner, acme, "owner")
    factories.member(_person(DEVELOPER), acme, "developer")
    factories.tenant("globex", "Globex", _person(STRANGER))
    tenants.create_platform_admin(_person(PLATFORM_ADMIN), by=Actor.operator())


def _person(email: str) -> User:
    return User.objects.create_user(email, email.partition("@")[0].title(), PASSWORD)
