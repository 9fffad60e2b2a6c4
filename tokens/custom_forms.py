"""The part of the create form that collects custom permissions: what was typed, and what a button does.

Everything typed comes with every request: rows as hidden fields, choices as they stand. Nothing is kept in between.
"""

from dataclasses import dataclass, replace

from django.http import QueryDict

from accounts import resources
from accounts.access import TOKENS_CUSTOM, Actor
from accounts.grants import EMPTY, SCOPE_LIMIT, Grant, GrantError, Grants
from accounts.installed import catalogue
from accounts.models import Resource
from accounts.vocabulary import listed
from accounts.words import Names, label
from tokens import custom, subjects
from tokens.custom import Added, Place, Typed
from tokens.custom_lists import Builder, available_to, build, capital, place_of
from tokens.policy import rules_of

CUSTOM = "custom"
"""What the form's type is called, beside the kinds. What is made is a token of the tenant or of a service user."""

ALL = "all"
"""No target in particular."""

ROWS_READ = 500
SOUGHT_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Bench:
    """What rows are collected for: who gets them, what that one may do already, what to do when no more fit."""

    name: str = ""
    held: Grants = EMPTY
    full: str = (
        f"There is no room for this: a token's permissions take at most {SCOPE_LIMIT:,} bytes. Make another token."
    )


OF_A_TOKEN = Bench()


def read(data: QueryDict) -> Typed:
    """What stands in the form. Rows that say nothing are left out here, and refused by `grants_in`."""
    return Typed(
        rows=custom.rows_of(_readable(data.getlist("row"))),
        place=data.get("place", ""),
        sought=data.get("seek", "").strip()[:SOUGHT_CHARACTERS],
        target=data.get("target", ""),
        right=data.get("right", ""),
    )


def is_offered(actor: Actor) -> bool:
    """To whom role and policy allow it, who may see what there is to choose, and has somebody that it can act for."""
    assert actor.tenant
    rules = rules_of(actor.tenant)
    if not (actor.can(TOKENS_CUSTOM) and actor.sees_resources and rules.custom):
        return False
    return subjects.may_be_tenant(actor, rules) or subjects.may_be_service_user(actor, rules)


def is_step(data: QueryDict) -> bool:
    """Whether one of the section's own buttons was pressed, or Enter in its search box: then nothing is created."""
    sought = data.get("seek", "").strip() and not data.get("target", "") and "enter" in data
    return "step" in data or "remove" in data or (data.get("kind") == CUSTOM and bool(sought))


def grants_in(data: QueryDict) -> Grants:
    """What the rows come to. Raises GrantError for what no row can say, and for a choice that was not added."""
    grants = Grants.parse(" ".join(data.getlist("row")[:ROWS_READ]), limit=None)
    typed = read(data)
    place = place_of(typed, catalogue().all_grants())
    wanted = _wanted(typed, place) if place else None
    if wanted and not grants.covers(wanted):
        raise GrantError(f"You chose “{label(wanted, catalogue())}” but did not add it. Add it, or choose no target.")
    return grants


def step(data: QueryDict, actor: Actor, bench: Bench = OF_A_TOKEN) -> Builder:
    """What the section shows after one of its buttons."""
    typed = read(data)
    if "remove" in data:
        return _removed(typed, data.get("remove", ""), actor)
    return _added(typed, actor, bench) if data.get("step") == "add" else build(typed, actor)


def _added(typed: Typed, actor: Actor, bench: Bench) -> Builder:
    assert actor.tenant
    place = place_of(typed, available_to(actor))
    if place is None:
        return build(typed, actor, problem="Choose an action type first.")
    wanted = _wanted(typed, place)
    if wanted is None:
        missing = "a target" if not typed.target else "a permission"
        return build(typed, actor, problem=f"Choose {missing} to add.")
    if problem := _objection(wanted, actor, bench):
        return build(typed, actor, problem=problem)
    outcome = custom.add(typed.rows, wanted)
    if outcome.is_too_long:
        return build(typed, actor, problem=bench.full)
    said = _told(wanted, outcome, resources.names([wanted, *typed.rows], actor.tenant))
    after = replace(typed, rows=outcome.rows, sought="", target="", right="")
    return build(after, actor, said=said, changed=outcome.rows != typed.rows)


def _removed(typed: Typed, text: str, actor: Actor) -> Builder:
    assert actor.tenant
    gone = [row for row in typed.rows if str(row) == text]
    names = resources.names(gone, actor.tenant)
    said = f"Removed: {label(gone[0], catalogue(), names)}." if gone else ""
    kept = tuple(row for row in typed.rows if row not in gone)
    return build(replace(typed, rows=kept), actor, said=said, changed=bool(gone))


def _told(wanted: Grant, outcome: Added, names: Names) -> str:
    words = capital(label(wanted, catalogue(), names))
    if outcome.covered_by == wanted:
        return f"Not added: “{words}” is in the list already."
    if outcome.covered_by:
        return f"Not added: “{words}” is already covered by “{label(outcome.covered_by, catalogue(), names)}”."
    if outcome.replaced:
        gone = listed([f"“{label(row, catalogue(), names)}”" for row in outcome.replaced])
        return f"Added: {words}. It covers {gone}, which {'was' if len(outcome.replaced) == 1 else 'were'} taken out."
    return f"Added: {words}."


def _objection(wanted: Grant, actor: Actor, bench: Bench) -> str:
    """Only what is held can be given, and on this page only on what is registered: an id mistyped grants nothing."""
    assert actor.tenant
    if problems := catalogue().problems([wanted]):
        return problems[0]
    if not available_to(actor).covers(wanted):
        return f"You can only give what you have yourself: {label(wanted, catalogue())}."
    known = Resource.objects.in_tenant(actor.tenant).live().named_by([wanted.target])
    if wanted.target_type and not known.exists():
        return "This target is not registered, or archived. Choose one from the list."
    if bench.held.covers(wanted):
        phrase = label(wanted, catalogue(), resources.names([wanted], actor.tenant))
        return f"Not added: {bench.name} may {phrase} already."
    return ""


def _wanted(typed: Typed, place: Place) -> Grant | None:
    """The right that the three lists mean together; None while one of them says nothing."""
    if not typed.target or not typed.right:
        return None
    target = ("", "") if typed.target == ALL else typed.target.partition("=")[::2]
    try:
        return place.grant(typed.right, *target)
    except GrantError:
        return None


def _readable(texts: list[str]) -> list[Grant]:
    found = []
    for text in texts[:ROWS_READ]:
        try:
            found.append(Grant.parse(text))
        except GrantError:
            continue
    return found
