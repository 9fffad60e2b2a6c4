"""The form of a tenant's own role. What is right and wrong is said by the verbs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.access import Actor
from accounts.grants import EMPTY, GrantError, Grants
from accounts.models import Role
from accounts.own_roles import TAKEN, NewRole
from tokens import picker


class RoleForm(forms.Form):
    """`role` is the one that is edited; its key stays. Rights on single targets, which no picker has, stay as well."""

    key = forms.CharField(required=False)
    name = forms.CharField(required=False)
    description = forms.CharField(required=False, widget=forms.Textarea)
    confirm = forms.BooleanField(required=False)

    def __init__(self, *args: Any, actor: Actor, role: Role | None = None, **kwargs: Any) -> None:
        if role:
            kwargs["initial"] = {"key": role.key, "name": role.name, "description": role.description}
        super().__init__(*args, **kwargs)
        self.actor, self.role = actor, role

    @property
    def grants(self) -> Grants:
        """What the role would allow: what was ticked, and what it has beyond the picker and beyond the actor."""
        if not self.is_bound:
            found: Grants = self.role.grants if self.role else self.initial.get("grants", EMPTY)
            return found
        kept = (grant for grant in self.role.grants if grant.target_type) if self.role else ()
        return picker.chosen_or_nothing(self.data) | Grants(kept)

    @property
    def wanted(self) -> NewRole:
        given = self.cleaned_data
        key = self.role.key if self.role else given["key"]
        return NewRole(key, given["name"], given["description"].replace("\r\n", "\n"), grants=self.grants)

    def clean(self) -> None:
        try:
            picker.chosen_in(self.data)
        except GrantError as error:
            raise ValidationError(str(error)) from error

    def refuse(self, error: ValidationError) -> None:
        """Show a verb's objections beside their fields. That a key is taken it says in words meant for programs."""
        if TAKEN in error.messages:
            self.add_error("key", "There is a role with this key. Choose another one.")
        else:
            self.add_error(None, error)

    def problems(self) -> list[tuple[str, str]]:
        """Field and message, for the summary on top."""
        return [(name, str(message)) for name, messages in self.errors.items() for message in messages]
