"""What Acme's product has registered, and a token that works on two groups of devices alone."""

from datetime import timedelta

from accounts import resources
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Membership
from accounts.resources import Said
from audit import clock
from audit.record import Origin
from tokens import lifecycle
from tokens.drafts import Draft
from tokens.expiry import Lifetime
from tokens.kinds import Kind

PRODUCT = Origin("203.0.113.80", "acme-platform/7.2", "")

REGISTERED = [
    Said("project", "field-gateways", "Field gateways"),
    Said("project", "autumn-campaign", "Autumn campaign"),
    Said("project", "annual-report", "Annual report"),
    Said("library", "brand-core", "Brand core"),
    Said("library", "packaging", "Packaging"),
    Said("library", "old-logos", "Old logos"),
    Said("inbox", "support-eu", "Support, Europe"),
    Said("knowledge-base", "help", "Help centre"),
    Said("group", "eu-1", "Berlin lab, bench A"),
    Said("group", "eu-2", "Berlin lab, bench B"),
    Said("group", "us-1", "Austin warehouse"),
    *(Said("device", f"gw-{number:03}", f"Gateway {number:03}") for number in range(1, 41)),
]
ROLL_OUT = (
    "updates:run@group=eu-1 updates:run@group=eu-2 devices:read@group=eu-1 data-monitor:read@project=field-gateways"
)


def load(olivia: Membership) -> None:
    """In the tenant of this owner."""
    by, now = Actor.member(olivia, PRODUCT), clock.now()
    with clock.at(now - timedelta(days=75)):
        resources.put_many(REGISTERED, by=by)
    with clock.at(now - timedelta(days=40)):
        old = resources.known_to(by).named_by([("library", "old-logos")]).get()
        resources.archive(old, by=by)
    made = now - timedelta(days=5, hours=3)
    draft = Draft(
        kind=Kind.TENANT,
        name="Berlin lab firmware rollout",
        description="Deploys to two device groups, nothing else",
        grants=Grants.parse(ROLL_OUT),
        expires_at=Lifetime.QUARTER.end(made),
    )
    with clock.at(made):
        lifecycle.issue(draft, by=by)
