"""Everything the create form shows, from what was typed so far."""

from datetime import datetime

from django.urls import reverse

from accounts import reauthentication
from accounts.grants import Forbidden, Grants
from accounts.http import Request
from accounts.installed import catalogue
from audit import clock
from tokens import custom_forms, custom_lists, ends, expiry, granting, lifecycle, picker, policy_end, subjects, switches
from tokens.custom_lists import Builder
from tokens.forms import TYPES, TokenForm
from tokens.kinds import Kind
from tokens.models import Token
from tokens.policy import rules_of, timeline
from tokens.policy_end import PolicyEnd
from tokens.rules import Timeline
from tokens.status import Facts
from tokens.subjects import Offer, Subject

STEPS = {"permissions": "tokens/custom.html", "targets": "tokens/custom.html#targets"}
"""What the buttons of the custom permissions swap."""

type Context = dict[str, object]


def context(request: Request, form: TokenForm, chosen: Grants | None = None, builder: Builder | None = None) -> Context:
    """`chosen` replaces the grants that the form itself says, as a preset does, `builder` its custom permissions.

    What cannot be chosen is left out of `chosen`.
    """
    assert request.actor.tenant
    rules, now = rules_of(request.actor.tenant), clock.now()
    held = request.actor.grants.without(Forbidden.parse(rules.forbidden))
    subject = form.acts_as
    available = held & subject.rights if subject else held
    grants = form.chosen_grants if chosen is None else chosen & available
    offer = subjects.offer(request.actor, rules, query=form.data.get("find", ""), current=form.chosen_subject)
    return {
        "form": form,
        "rules": rules,
        "kinds": _types(request, offer),
        "switched_off": switches.all_off(request.actor),
        "allowed": switches.kinds_on(request.actor),
        "offer": offer,
        "subject": subject,
        **_beyond(held, available, subject),
        "custom": _custom(request, form, builder),
        "builder_url": reverse("tokens:create", args=[request.actor.tenant.slug]),
        "groups": picker.groups(
            catalogue(), chosen=form.ticked if chosen is None or form.is_custom else grants, available=available
        ),
        "presets": [preset for preset in catalogue().presets if preset.grants & available],
        "ends": ends.of(form.chosen_kind, rules, now, form.moved),
        "stricter_from": _stricter_from(timeline(request.actor.tenant).since(now), now),
        "asks_password": not reauthentication.is_recent(request),
        "has_namesake": _has_namesake(request, form),
        "slip": _slip(request, form, subject, grants),
    }


def _custom(request: Request, form: TokenForm, builder: Builder | None) -> Builder | None:
    """None for whom the type is not offered."""
    if builder is None and custom_forms.is_offered(request.actor):
        return custom_lists.build(form.typed, request.actor)
    return builder


def _types(request: Request, offer: Offer) -> list[Kind]:
    """What can be chosen: Personal also where policy leaves service users alone to act as."""
    allowed = {Kind.PERSONAL: offer.me or offer.is_needed, Kind.TENANT: offer.tenant}
    return [kind for kind in TYPES if allowed[kind] and lifecycle.may_issue(kind, request.actor)]


def _beyond(held: Grants, available: Grants, subject: Subject | None) -> Context:
    """Rows of the picker that the person could tick but for the subject: it has nothing there, or targets alone."""
    if subject is None or subject.is_me:
        return {"beyond": (), "partly": ()}
    beyond = _places(held, whole=True) - _places(available, whole=True)
    return {"beyond": beyond, "partly": _places(available, whole=False)}


def _places(grants: Grants, *, whole: bool) -> set[str]:
    """Of grants on everything, or of those on single targets, as the picker names its rows."""
    places = [grant.place for grant in grants if whole is not bool(grant.target_type)]
    return {f"{boundary}/{resource}" if boundary else resource for boundary, resource in places}


def _slip(request: Request, form: TokenForm, subject: Subject | None, grants: Grants) -> granting.Slip:
    return granting.of_form(
        name=form["name"].value() or "",
        subject=subject,
        awaits_subject=form.awaits_subject,
        grants=grants,
        until=form.chosen_end,
        forever=form["expires"].value() == expiry.NEVER,
        stop=_stop(request, form, subject),
        actor=request.actor,
    )


def _stop(request: Request, form: TokenForm, subject: Subject | None) -> PolicyEnd | None:
    """How a planned change of policy would stop the token. The life of one for somebody else begins at their claim."""
    until, now, tenant = form.chosen_end, clock.now(), request.actor.tenant
    if tenant is None or (subject and subject.member) or not (until or form["expires"].value() == expiry.NEVER):
        return None
    under, bound = timeline(tenant).since(now), bool((form["networks"].value() or "").strip())
    facts = Facts.new(form.chosen_kind, at=now, expires_at=until, has_networks=bound, under=under)
    found = policy_end.to_come(facts, now)
    return found if found and found.since else None


def _stricter_from(under: Timeline, now: datetime) -> datetime | None:
    """The day of a change that would stop some token made now, as long as it may live; the summary says which."""
    ends = {kind: under.at(now).latest_end(kind, now) for kind in Kind}
    made = (Facts.new(kind, at=now, expires_at=end, has_networks=False, under=under) for kind, end in ends.items())
    stops = (policy_end.to_come(facts, now) for facts in made)
    return min((stop.since for stop in stops if stop and stop.since), default=None)


def _has_namesake(request: Request, form: TokenForm) -> bool:
    """Names need not be unique, but two of the same are hard to tell apart later: the form says so."""
    name = (form["name"].value() or "").strip()
    if not form.is_bound or not name:
        return False
    kind, subject = form.chosen_kind, form.chosen_subject
    claiming = subject.member if subject else None
    membership = (claiming or request.actor.membership) if kind is Kind.PERSONAL else None
    service_user = subject.service_user if kind is Kind.SERVICE and subject else None
    seen = Token.objects.visible_to(request.actor)
    named = seen.named(name, kind=kind, membership=membership, service_user=service_user)
    return named.still_running(clock.now()).exists()
