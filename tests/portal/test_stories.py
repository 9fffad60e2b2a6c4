"""What the audit log says of a change: words that people know, and dates where they are."""

from dataclasses import replace
from datetime import timedelta

from accounts import own_roles, profile
from accounts.grants import Grants
from accounts.own_roles import NewRole
from audit import clock
from audit.actions import Action
from audit.models import Event
from audit.record import record
from tests.cast import ORIGIN, Cast, SignIn
from tokens import policy
from tokens.expiry import Lifetime
from tokens.kinds import Kind

LOG = "/t/acme/settings/audit-log/"


def story(sign_in: SignIn, cast: Cast, action: Action) -> str:
    page = sign_in(cast.olivia.user).get(LOG, {"q": action}).content.decode()
    return page.partition("<tbody>")[2].split("<small>")[1].split("</small>")[0]


def test_a_planned_policy_is_told_as_the_review_told_it(cast: Cast, sign_in: SignIn) -> None:
    start = (clock.now() + timedelta(days=7)).replace(hour=0, minute=0, second=0, microsecond=0)
    profile.edit(name="Olivia Test", time_zone="America/Los_Angeles", by=cast.olivia.actor)
    rules = policy.rules_of(cast.acme).changed(max_days=90, description=True)
    personal = replace(rules.of(Kind.PERSONAL), default=Lifetime.WEEK)
    wanted = replace(rules, kinds={**rules.kinds, Kind.PERSONAL: personal})
    policy.plan(cast.acme, wanted, on=start, by=cast.olivia.actor)
    said = story(sign_in, cast, Action.POLICY_PLANNED)
    assert said.startswith(f"From {start:%-d %b %Y}, 00:00 UTC: Personal tokens, longest lifetime: ")
    assert "Tenant tokens, longest lifetime: 1 year → 90 days" in said
    assert "Personal tokens, lifetime offered first: 90 days → 7 days" in said
    assert "Description required: no → yes" in said
    assert "_" not in said and "T00:00" not in said


def test_a_rule_that_is_gone_goes_by_its_old_name(cast: Cast, sign_in: SignIn) -> None:
    by = cast.olivia.actor
    record(Action.POLICY_CHANGED, by=by.ref, origin=ORIGIN, tenant_id=cast.acme.pk, moon_phase=["new", "full"])
    assert story(sign_in, cast, Action.POLICY_CHANGED) == "moon phase: new → full"


def test_fields_are_called_as_on_their_pages(cast: Cast, sign_in: SignIn) -> None:
    profile.edit(name="Olivia Test", time_zone="Europe/Berlin", by=cast.olivia.actor)
    event = Event.objects.get(action=Action.PROFILE_CHANGED)
    Event.objects.filter(pk=event.pk).update(tenant_id=cast.acme.pk)
    assert story(sign_in, cast, Action.PROFILE_CHANGED) == "time zone was “UTC”"
    [role] = own_roles.create([NewRole("reader", "Reader", grants=Grants.parse("assets:read"))], by=cast.olivia.actor)
    assert story(sign_in, cast, Action.ROLE_CREATED) == "key reader, scopes assets:read"
    own_roles.edit(role, by=cast.olivia.actor, grants=Grants.parse("projects:read"))
    assert story(sign_in, cast, Action.ROLE_EDITED) == "scopes was “assets:read”"
