"""Service users of the demo: one in order, one that nobody manages any more, one that is switched off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts import managing, roles, service_users
from accounts.access import Actor
from accounts.grants import Grants
from accounts.models import Membership, ServiceUser
from accounts.service_users import Rights, Words
from audit import clock
from audit.record import Origin
from portal.demo_cast import Use
from tokens import lifecycle, usage
from tokens.drafts import Draft
from tokens.expiry import Lifetime
from tokens.kinds import Kind

BROWSER = Origin("203.0.113.24", "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", "")


@dataclass(frozen=True, slots=True)
class Told:
    """`managers` after `who`, who made it `made` days ago. `tokens`: name, scopes, days ago, lifetime, last use."""

    who: str
    name: str
    purpose: str
    contact: str
    role: str
    grants: str
    managers: tuple[str, ...]
    made: float
    tokens: tuple[tuple[str, str, float, Lifetime, Use | None], ...] = ()
    disabled: float | None = None
    alone: float | None = None  # days ago that its last manager was taken away


WEEK, MONTH, QUARTER, HALF_YEAR, YEAR = Lifetime

TOLD = [
    Told("adam", "asset-sync", "Moves finished assets to the warehouse", "data-team@acme.example", "",
         "assets:write@library=finished-assets assets:read projects:read@project=spring-2027", ("marc", "dana"), 120,
         (("Nightly copy to the warehouse", "assets:read", 86, HALF_YEAR, Use(0.01, "203.0.113.61", "asset-sync/2.3")),
          ("Backfill of August", "assets:read", 110, MONTH, Use(84, "203.0.113.61", "asset-sync/2.1")))),
    Told("marc", "ci-deploy", "Release pipeline", "", "developer", "", ("adam",), 40,
         (("Main branch", "updates:write updates:run devices:read", 39, QUARTER,
           Use(0.02, "192.0.2.140", "ci-runner/12.0")),)),
    Told("dana", "docs-publisher", "Published the help centre until September", "", "viewer", "articles:write", (),
         200, (("Help centre", "articles:write", 199, QUARTER, Use(110, "192.0.2.140", "docs-publisher/0.9")),)),
    Told("adam", "metrics-export", "Feeds the usage dashboard", "ops@acme.example", "viewer", "", ("victor",), 70,
         (("Dashboard", "data-monitor:read devices:read", 69, QUARTER, Use(9, "198.51.100.12", "grafana/11.2")),),
         disabled=9),
    Told("olivia", "warehouse-etl", "Made for a pilot, not used since", "", "", "", (), 180, alone=55),
]  # fmt: skip


def tell(now: datetime, members: dict[str, Membership]) -> None:
    """Everything through the verbs, `now` minus so many days."""
    for told in TOLD:
        with clock.at(now - timedelta(days=told.made)):
            one = _create(told, members)
        _issue(told, one, now, members)
        if told.disabled:
            with clock.at(now - timedelta(days=told.disabled)):
                service_users.disable(one, by=_actor(members["adam"]))
        if told.alone:
            with clock.at(now - timedelta(days=told.alone)):
                managing.remove(one, members[told.who], by=_actor(members["adam"]))


def _create(told: Told, members: dict[str, Membership]) -> ServiceUser:
    rights = Rights(roles.built_in(told.role) if told.role else None, Grants.parse(told.grants))
    managers = [members[key] for key in (told.who, *told.managers)]
    words = Words(told.name, told.purpose, told.contact)
    return service_users.create(words, rights, managers=managers, by=_actor(members[told.who]))


def _issue(told: Told, one: ServiceUser, now: datetime, members: dict[str, Membership]) -> None:
    for name, scope, made, life, used in told.tokens:
        moment = now - timedelta(days=made)
        draft = Draft(Kind.SERVICE, name, Grants.parse(scope), expires_at=life.end(moment), service_user=one)
        with clock.at(moment):
            issued = lifecycle.issue(draft, by=_actor(members[told.who]))
        if used:
            with clock.at(now - timedelta(days=used.days)):
                usage.note(issued.token.pk, address=used.address, client=used.client)
            usage.flush()


def _actor(membership: Membership) -> Actor:
    return Actor.member(Membership.objects.with_everything().get(pk=membership.pk), BROWSER)
