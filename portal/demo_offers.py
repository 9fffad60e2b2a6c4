"""What somebody else has to do something about in the demo: tokens to be claimed, and one that nobody answers for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts import memberships, roles
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Membership, User
from audit import clock
from audit.record import Origin
from tokens import lifecycle, offers, usage
from tokens.drafts import Draft
from tokens.expiry import Lifetime
from tokens.kinds import Kind

BROWSER = Origin("203.0.113.24", "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", "")


@dataclass(frozen=True, slots=True)
class Offered:
    """Made by Adam `days` ago, for `to` to claim within seven days."""

    to: str
    name: str
    description: str
    scope: str
    days: float
    life: Lifetime


OFFERED = [
    Offered("victor", "Spring catalogue export", "For the printer's portal", "libraries:read assets:read", 19,
            Lifetime.MONTH),
    Offered("marc", "Warehouse import, trial run", "Try the import on your own machine before it gets a service user",
            "assets:write projects:read", 1.3, Lifetime.QUARTER),
]  # fmt: skip
# Rita was an admin, made a tenant token, and left: it works on.
LEAVER, LEAVER_EMAIL, LEFT_DAYS, HIRED_DAYS, MADE_DAYS = "Rita Gomes", "rita@acme.example", 21, 200, 95


def tell(now: datetime, members: dict[str, Membership], *, password: str) -> None:
    """Everything through the verbs, `now` minus so many days."""
    _let_somebody_leave(now, members, password)
    for told in OFFERED:
        with clock.at(now - timedelta(days=told.days)):
            draft = Draft(
                kind=Kind.PERSONAL,
                name=told.name,
                description=told.description,
                grants=Grants.parse(told.scope),
                expiry=told.life,
                expires_at=told.life.end(clock.now()),
                member=_anew(members[told.to]),
            )
            offers.make(draft, by=_actor(members["adam"]))


def _let_somebody_leave(now: datetime, members: dict[str, Membership], password: str) -> None:
    acme, olivia = members["olivia"].tenant, _actor(members["olivia"])
    with clock.at(now - timedelta(days=HIRED_DAYS)):
        user = User.objects.create_user(LEAVER_EMAIL, LEAVER, password)
        rita = memberships.add(user, to=acme, role=roles.built_in("admin"), by=olivia)
    with clock.at(now - timedelta(days=MADE_DAYS)):
        end = Lifetime.HALF_YEAR.end(clock.now())
        grants = Grants.parse("assets:read metadata:read")
        draft = Draft(Kind.TENANT, "Invoice mirror", grants, "Copies invoices into the archive", expires_at=end)
        mirror = lifecycle.issue(draft, by=_actor(rita)).token
    with clock.at(now - timedelta(days=LEFT_DAYS)):
        memberships.remove(rita, by=olivia)
    with clock.at(now - timedelta(hours=2)):
        usage.note(mirror.pk, address="203.0.113.90", client="archive-mirror/1.8")
    usage.flush()


def _actor(membership: Membership) -> Actor:
    return Actor.member(_anew(membership), BROWSER)


def _anew(membership: Membership) -> Membership:
    return Membership.objects.with_everything().get(pk=membership.pk)
