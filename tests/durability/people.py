"""The first people of an installation of its own, made through the verbs in a process of their own."""

from django.core.management import call_command

from accounts import roles, tenants
from accounts.access import Actor
from accounts.installed import catalogue
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
    first, *others = [factories.UserFactory(name=email.partition("@")[0].title(), email=email) for email in OWNERS]
    acme = factories.tenant("acme", "Acme", first)
    for owner in others:
        factories.member(owner, acme, "owner")
    factories.member(factories.UserFactory(name="Marc", email=DEVELOPER), acme, "developer")
    factories.tenant("globex", "Globex", factories.UserFactory(name="Stella", email=STRANGER))
    petra = factories.UserFactory(name="Petra", email=PLATFORM_ADMIN)
    tenants.create_platform_admin(petra, by=Actor.operator())
