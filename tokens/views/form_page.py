"""Everything the create form shows, from what was typed so far."""

from accounts import reauthentication
from accounts.grants import Forbidden, Grants
from accounts.http import Request
from accounts.installed import catalogue
from audit import clock
from tokens import custom_forms, custom_lists, expiry, granting, lifecycle, picker
from tokens.custom_lists import Builder
from tokens.forms import TokenForm
from tokens.kinds import Kind
from tokens.models import Token
from tokens.policy import rules_of

TYPES = (Kind.PERSONAL, Kind.TENANT)  # the form's; a service token is a personal one whose subject is a service user

type Context = dict[str, object]


def context(request: Request, form: TokenForm, chosen: Grants | None = None, builder: Builder | None = None) -> Context:
    """`chosen` replaces the grants that the form itself says, as a preset does, `builder` its custom permissions."""
    assert request.actor.tenant
    rules, now = rules_of(request.actor.tenant), clock.now()
    grants = form.chosen_grants if chosen is None else chosen
    available = request.actor.grants.without(Forbidden.parse(rules.forbidden))
    return {
        "form": form,
        "rules": rules,
        "kinds": [kind for kind in TYPES if rules.allows(kind) and lifecycle.may_issue(kind, request.actor)],
        "custom": _custom(request, form, builder),
        "groups": picker.groups(
            catalogue(), chosen=form.ticked if chosen is None or form.is_custom else chosen, available=available
        ),
        "presets": [preset for preset in catalogue().presets if preset.grants & available],
        "choices": expiry.choices(now, rules.latest_end(form.chosen_kind, now)),
        "latest": rules.latest_end(form.chosen_kind, now),
        "tomorrow": now + expiry.DAY,
        "longest": expiry.in_words(rules.of(form.chosen_kind).max_days),
        "may_never_end": any(rules.may_never_end(kind) for kind in Kind),
        "asks_password": not reauthentication.is_recent(request),
        "has_namesake": _has_namesake(request, form),
        "slip": _slip(request, form, grants),
    }


def _custom(request: Request, form: TokenForm, builder: Builder | None) -> Builder | None:
    """None for whom the type is not offered."""
    if builder is None and custom_forms.is_offered(request.actor):
        return custom_lists.build(form.typed, request.actor)
    return builder


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
