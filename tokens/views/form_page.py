"""Everything the create form shows, from what was typed so far."""

from accounts import reauthentication
from accounts.grants import Forbidden, Grants
from accounts.http import Request
from accounts.installed import catalogue
from audit import clock
from tokens import expiry, granting, lifecycle, picker
from tokens.forms import TokenForm
from tokens.kinds import Kind
from tokens.models import Token
from tokens.policy import rules_of

TYPES = (Kind.PERSONAL, Kind.TENANT)  # the form's; a service token is a personal one whose subject is a service user

type Context = dict[str, object]


def context(request: Request, form: TokenForm, chosen: Grants | None = None) -> Context:
    """`chosen` replaces the grants that the form itself says, as a preset does."""
    assert request.actor.tenant
    rules, now = rules_of(request.actor.tenant), clock.now()
    grants = form.chosen_grants if chosen is None else chosen
    available = request.actor.grants.without(Forbidden.parse(rules.forbidden))
    return {
        "form": form,
        "rules": rules,
        "kinds": [kind for kind in TYPES if rules.allows(kind) and lifecycle.may_issue(kind, request.actor)],
        "groups": picker.groups(catalogue(), chosen=grants, available=available),
        "presets": [preset for preset in catalogue().presets if preset.grants & available],
        "choices": expiry.choices(now, rules.latest_end(form.chosen_kind, now)),
        "latest": rules.latest_end(form.chosen_kind, now),
        "tomorrow": now + expiry.DAY,
        "longest": expiry.in_words(rules.max_days),
        "asks_password": not reauthentication.is_recent(request),
        "has_namesake": _has_namesake(request, form),
        "slip": _slip(request, form, grants),
    }


def _slip(request: Request, form: TokenForm, grants: Grants) -> granting.Slip:
    return granting.of_form(
        name=form["name"].value() or "",
        kind=form.chosen_kind,
        grants=grants,
        until=form.chosen_end,
        forever=form["expires"].value() == expiry.NEVER,
        actor=request.actor,
    )


def _has_namesake(request: Request, form: TokenForm) -> bool:
    """Names need not be unique, but two of the same are hard to tell apart later: the form says so."""
    name = (form["name"].value() or "").strip()
    if not form.is_bound or not name:
        return False
    membership = request.actor.membership if form.chosen_kind is Kind.PERSONAL else None
    named = Token.objects.visible_to(request.actor).named(name, kind=form.chosen_kind, membership=membership)
    return named.still_running(clock.now()).exists()
