"""The form of a token policy, and of the platform's limits: it only reads what was typed, the verbs judge."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.catalogue import Area
from accounts.grants import Forbidden, GrantError
from accounts.installed import catalogue
from audit import clock
from tokens.expiry import HALF_YEAR_DAYS, YEAR_DAYS, Lifetime, in_words
from tokens.kinds import Kind
from tokens.rules import KindRules, Policy, Rules

DAYS = (7, 30, 90, HALF_YEAR_DAYS, YEAR_DAYS)
PART_FIELDS = ("allowed", "max_days", "default", "never")
SWITCHES = ("custom", "description", "networks")


@dataclass(frozen=True, slots=True)
class Part:
    """What the form says of one kind. `bounds`: what the platform allows."""

    kind: Kind
    rules: KindRules
    bounds: KindRules

    @property
    def days(self) -> list[tuple[int, str]]:
        offered = {*DAYS, self.rules.max_days, self.bounds.max_days}
        return [(days, in_words(days)) for days in sorted(offered) if days <= self.bounds.max_days]

    @property
    def lifetimes(self) -> list[Lifetime]:
        return list(Lifetime)

    @property
    def may_never(self) -> bool:
        return self.kind is not Kind.PERSONAL and self.bounds.never

    @property
    def most(self) -> str:
        return in_words(self.bounds.max_days)


@dataclass(frozen=True, slots=True)
class Box:
    """A scope that may be kept off tokens."""

    scope: str
    name: str
    chosen: bool


class PolicyForm(forms.Form):
    """Rules and the day they begin. Without data it shows what will hold."""

    per_person = forms.IntegerField(required=False)
    on = forms.DateField(required=False)
    confirm = forms.BooleanField(required=False)

    def __init__(self, *args: Any, policy: Policy, bounds: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy, self.bounds = policy, bounds
        for kind in Kind:
            self.fields[f"{kind}_allowed"] = forms.BooleanField(required=False)
            self.fields[f"{kind}_max_days"] = forms.IntegerField(required=False)
            self.fields[f"{kind}_default"] = forms.ChoiceField(
                choices=[(one.value, one.label) for one in Lifetime], required=False
            )
            self.fields[f"{kind}_never"] = forms.BooleanField(required=False)
        for name in SWITCHES:
            self.fields[name] = forms.BooleanField(required=False)

    @property
    def rules(self) -> Rules:
        """What was typed, or what will hold. What cannot be read stays as it is: there is an error beside it."""
        known = self.policy.next_rules or self.policy.rules
        if not self.is_bound:
            return known
        given = self.given
        return Rules(
            kinds={kind: self._of(kind, known.of(kind)) for kind in Kind},
            per_person=given.get("per_person"),
            forbidden=self.forbidden,
            **{name: bool(given.get(name)) for name in SWITCHES},
        )

    @property
    def forbidden(self) -> str:
        text = " ".join(self._sent("forbidden"))
        try:
            return str(Forbidden.parse(text))
        except GrantError:
            return text

    @property
    def given(self) -> dict[str, Any]:
        """What was typed, read once: to ask for errors is to read, and what a verb objects to stays beside them."""
        assert self.errors is not None
        return self.cleaned_data

    @property
    def begins(self) -> datetime | None:
        """None for now, which is what today means."""
        day = self.given.get("on") if self.is_bound else None
        return None if day is None or day == clock.now().date() else datetime.combine(day, time.min, UTC)

    @property
    def day(self) -> date:
        found = self.given.get("on") if self.is_bound else None
        return found or (self.policy.next_from or clock.now()).date()

    @property
    def parts(self) -> list[Part]:
        return [Part(kind, self.rules.of(kind), self.bounds.of(kind)) for kind in Kind]

    @property
    def areas(self) -> list[tuple[Area, list[Box], int]]:
        """Every scope of the catalogue, by area, and how many are chosen."""
        chosen = set(self.rules.forbidden.split())
        found = []
        for area in catalogue().areas:
            boxes = list(_boxes(area, chosen))
            found.append((area, boxes, sum(box.chosen for box in boxes)))
        return found

    @property
    def other_forbidden(self) -> list[str]:
        """What no box stands for: single targets, and what the catalogue does not offer any more."""
        offered = {box.scope for _, boxes, _ in self.areas for box in boxes}
        return [scope for scope in self.rules.forbidden.split() if scope not in offered]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What was typed, for the next step."""
        known = {*self.fields, "forbidden"} - {"confirm"}
        return [(name, value) for name in self.data if name in known for value in self._sent(name)]

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    def refuse(self, error: ValidationError) -> None:
        """Show a verb's objections beside their fields."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            self.errors.setdefault(name, self.error_class()).extend(text for one in problems for text in one.messages)

    def problems(self) -> list[tuple[str, str]]:
        """Field and message, for the summary on top."""
        return [(name, str(message)) for name, messages in self.errors.items() for message in messages]

    def _sent(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []

    def _of(self, kind: Kind, known: KindRules) -> KindRules:
        given = self.given
        days = given.get(f"{kind}_max_days")
        return KindRules(
            allowed=bool(given.get(f"{kind}_allowed")),
            max_days=known.max_days if days is None else days,
            default=Lifetime(given.get(f"{kind}_default") or known.default),
            never=bool(given.get(f"{kind}_never")),
        )


def query_of(rules: Rules, on: datetime) -> str:
    """The address of a change that is planned already."""
    said = rules.flat()
    switches = [(name, "on") for name, value in said.items() if value is True]
    values = [(name, str(value)) for name, value in said.items() if not isinstance(value, bool) and value]
    pairs = [(name, value) for name, value in values if name != "forbidden"]
    scopes = [("forbidden", scope) for scope in rules.forbidden.split()]
    return urlencode([*switches, *pairs, *scopes, ("on", f"{on:%Y-%m-%d}")])


def _boxes(area: Area, chosen: set[str]) -> Iterator[Box]:
    for resource in area.resources:
        for action in resource.actions:
            for grant in resource.grants(action):
                yield Box(str(grant), f"{resource.name}: {action.name.lower()}", str(grant) in chosen)
