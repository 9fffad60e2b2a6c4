"""What the platform's own people did in the demo: a customer that came and went, and a mail that waits to be read."""

from datetime import datetime, timedelta

from accounts import founding, profile, tenants
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Membership, Tenant, User
from audit import clock
from audit.record import Origin
from portal.demo_cast import email
from tokens import closing, lifecycle
from tokens.drafts import Draft
from tokens.expiry import Lifetime
from tokens.kinds import Kind

BROWSER = Origin("203.0.113.80", "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", "")


def load(now: datetime) -> None:
    petra = Actor.person(User.objects.get(email=email("petra")), BROWSER)
    _a_customer_that_left(petra, now)
    with clock.at(now - timedelta(hours=3)):
        founding.found("umbrella", "Umbrella", owner_email="una@umbrella.example", owner_name="Una Ueno", by=petra)
    marc = Actor.person(User.objects.get(email=email("marc")), BROWSER)
    with clock.at(now - timedelta(days=20)):
        profile.edit(name=marc.name, time_zone="Europe/Paris", by=marc)


def _a_customer_that_left(petra: Actor, now: datetime) -> None:
    ivan = User.objects.get(email=email("ivan"))
    with clock.at(now - timedelta(days=200)):
        mill = tenants.create("old-mill", "Old Mill", owner=ivan, by=petra)
        owner = Actor.member(Membership.objects.in_tenant(mill).with_everything().get(), BROWSER)
        draft = Draft(
            kind=Kind.TENANT,
            name="Flour prices",
            grants=Grants.parse("assets:read"),
            expires_at=Lifetime.YEAR.end(clock.now()),
        )
        lifecycle.issue(draft, by=owner)
    with clock.at(now - timedelta(days=45)):
        closing.delete_tenant(Tenant.objects.get(pk=mill.pk), by=petra)
