"""The form on which somebody's things are given to others before they go."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Membership, MembershipQuerySet
from tokens.leaving import UNKNOWN, Left

EACH = "to:"


@dataclass(frozen=True, slots=True)
class Thing:
    """A token or a service user; `value` is who was chosen for it alone, "" for the heir of everything."""

    pk: UUID
    label: str
    sort: str
    value: str

    @property
    def field(self) -> str:
        return f"{EACH}{self.pk}"


class LeaveForm(forms.Form):
    """One heir for everything, and for single things another one. `people`: who can be chosen; None: nobody need be.

    `confirm` is what must be typed, if anything.
    """

    heir = forms.CharField(required=False)
    confirm = forms.CharField(required=False)

    def __init__(
        self,
        *args: Any,
        confirm: str,
        left: Left,
        people: MembershipQuerySet | None,
        shown: list[Membership],
        me: Membership | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.expected, self.left, self.people, self.me = confirm, left, people, me
        self.each: dict[UUID, Membership] = {}
        self.shown = [*self._chosen_but_not_in(shown), *shown]

    @property
    def chosen(self) -> str:
        """Oneself to begin with, unless one is the person who goes."""
        if self.is_bound:
            return str(self["heir"].value() or "")
        return str(self.me.pk) if self.me in self.shown else ""

    @property
    def things(self) -> list[Thing]:
        found = [(one.pk, one.name, "Token") for one in self.left.tokens]
        found += [(one.pk, one.name, "Service user") for one in self.left.service_users]
        return [Thing(pk, label, sort, self.data.get(f"{EACH}{pk}", "")) for pk, label, sort in found]

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"]
        if self.expected and typed.strip().lower() != self.expected.lower():
            raise ValidationError(f"Type {self.expected} to confirm. Nobody was removed.")
        return typed

    def clean_heir(self) -> Membership | None:
        if self.people is None:
            return None
        known = self._known()
        for thing in self.things:
            if thing.value:
                self.each[thing.pk] = self._one_of(known, thing.value)
        return self._one_of(known, self.cleaned_data["heir"])

    def refuse(self, error: ValidationError) -> None:
        """Show a verb's objections beside the field, or above the form."""
        self.add_error("heir" if hasattr(error, "error_dict") else None, ValidationError(error.messages))

    def problems(self) -> list[tuple[str, str]]:
        """Field and message in the order of the page, for the summary on top."""
        return [(name, str(text)) for name in ("heir", "confirm", "__all__") for text in self.errors.get(name, [])]

    def _known(self) -> dict[str, Membership]:
        """Those that were chosen, in one query."""
        return {str(one.pk): one for one in (self.people or Membership.objects.none()).filter(pk__in=self._asked_for())}

    def _asked_for(self) -> list[UUID]:
        found = []
        for text in (self.data.get("heir", ""), *(thing.value for thing in self.things)):
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        return found

    def _chosen_but_not_in(self, shown: list[Membership]) -> list[Membership]:
        """A search does not take away what is chosen."""
        if not self.is_bound or self.people is None:
            return []
        return [one for one in self._known().values() if one not in shown]

    def _one_of(self, known: dict[str, Membership], text: str) -> Membership:
        if text.lower() not in known:
            raise ValidationError(UNKNOWN)
        return known[text.lower()]
