"""Rules and what a change of them does, in the words of the page. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.vocabulary import listed
from audit import clock
from tokens.expiry import Lifetime, in_words
from tokens.foresight import Effect, Foresight, Why
from tokens.kinds import Kind
from tokens.policy_end import PolicyEnd
from tokens.rules import Rules


@dataclass(frozen=True, slots=True)
class Change:
    """One rule, as it is and as it would be."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happens, and whether it stops something."""

    text: str
    stops: bool


def changes(before: Rules, after: Rules) -> list[Change]:
    was, will = before.flat(), after.flat()
    return [
        Change(_name(name), _said(name, was[name]), _said(name, value))
        for name, value in will.items()
        if was[name] != value
    ]


def told(detail: Mapping[str, Any]) -> list[Change]:
    """The same of what `policy.changed` left in the ledger. A rule that there is no more goes by its name there."""
    known = list(Rules().flat())
    in_order = sorted(detail.items(), key=lambda one: known.index(one[0]) if one[0] in known else len(known))
    return [
        Change(_name(name), *(_read(name, one) for one in pair))
        if name in known
        else Change(name.replace("_", " "), *map(str, pair))
        for name, pair in in_order
        if isinstance(pair, list)
    ]


def effects(seen: Foresight, on: datetime | None) -> list[Line]:
    """Plain sentences, what stops first."""
    sentences: dict[Why, Callable[[list[Effect]], str]] = {
        Why.KIND: lambda some: f"{_tokens(some)} of a kind that is switched off, from {_day(on)}",
        Why.NETWORKS: lambda some: f"{_tokens(some)} without allowed networks, from {_day(on)}",
        Why.AGE: lambda some: f"{_tokens(some)} older than the longest lifetime, {_spread(some)}",
        Why.SCOPES: lambda some: f"{_tokens(some, stops=False)} from {_day(on)}",
    }
    found = {why: seen.of(why) for why in Why}
    lines = [Line(sentences[why](some), why is not Why.SCOPES) for why, some in found.items() if some]
    return lines + ([Line("There are more: only the first 1,000 are counted", True)] if seen.more else [])


def stop(end: PolicyEnd) -> str:
    """What stops a token: "From 1 Dec 2026, personal tokens live at most 30 days." """
    kind = end.kind.label.lower()
    sentences = {
        Why.KIND: f"no {kind} tokens are allowed",
        Why.NETWORKS: "every token needs allowed networks",
        Why.AGE: f"{kind} tokens live at most {in_words(end.rules.of(end.kind).max_days)}",
    }
    said = listed([sentences[why] for why in end.why])
    return f"From {end.since:%-d %b %Y}, {said}." if end.since else f"{said[:1].upper()}{said[1:]}."


def _tokens(some: list[Effect], *, stops: bool = True) -> str:
    many = len(some) != 1
    verb = ("stop:" if many else "stops:") if stops else "can do less"
    return f"{len(some):,} token{'s' if many else ''} {verb}"


def _spread(some: list[Effect]) -> str:
    first, last = min(one.at for one in some), max(one.at for one in some)
    return f"on {_date(first)}" if first.date() == last.date() else f"from {_date(first)} to {_date(last)}"


def _day(on: datetime | None) -> str:
    return _date(on) if on else "now on"


def _date(moment: datetime) -> str:
    return "today" if moment.date() == clock.now().date() else f"{moment:%-d %b %Y}"


def _name(name: str) -> str:
    known = {
        "custom": "Permissions on single targets",
        "description": "Description required",
        "networks": "Allowed networks required",
        "forbidden": "Scopes kept off tokens",
        "per_person": "Personal tokens for each person",
    }
    if name in known:
        return known[name]
    kind, _, rule = name.partition("_")
    of_kind = {"allowed": "", "max_days": ", longest lifetime", "default": ", lifetime offered first"}
    return f"{Kind(kind).label} tokens{of_kind.get(rule, ', without an end')}"


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return ("allowed" if value else "not allowed") if name.endswith(("_allowed", "_never")) else _yes(value)
    if isinstance(value, Lifetime):
        return value.label
    if name.endswith("_max_days"):
        return in_words(value)
    return str(value or ("any number" if name == "per_person" else "none"))


def _read(name: str, value: Any) -> str:
    return _said(name, Lifetime(value) if name.endswith("_default") else value)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
