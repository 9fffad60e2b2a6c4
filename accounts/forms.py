"""Forms only read what was typed. What is right and wrong is said by the verbs, to every door alike."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import addresses
from accounts.models import Role

NO_ROLE = "Choose a role."


class RoleForm(forms.Form):
    """One of the roles that are offered."""

    role = forms.CharField(required=False)

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = roles

    @property
    def chosen(self) -> Role | None:
        """What is ticked, before and after it was sent."""
        value = str(self["role"].value() or "")
        return next((role for role in self.roles if str(role.pk) == value), None)

    def clean_role(self) -> Role:
        if self.chosen is None:
            raise ValidationError(NO_ROLE)
        return self.chosen

    def refuse(self, error: ValidationError) -> None:
        """Show a verb's objections beside their fields."""
        self.add_error(None, error)

    def problems(self) -> list[tuple[str, str]]:
        """Field and message in the order of the page, for the summary on top."""
        found = [*self.fields, "__all__"]
        return [(name, str(text)) for name in found for text in self.errors.get(name, [])]


class InviteForm(RoleForm):
    email = forms.CharField(required=False)
    field_order = ["email", "role"]

    def clean(self) -> None:
        """An address that is none is told together with a missing role."""
        try:
            addresses.read(self.cleaned_data.get("email", ""))
        except ValidationError as error:
            self.refuse(error)


class JoinForm(forms.Form):
    name = forms.CharField(required=False)
    password = forms.CharField(required=False, strip=False)

    def problems(self) -> list[tuple[str, str]]:
        return [(name, str(text)) for name in ("name", "password", "__all__") for text in self.errors.get(name, [])]
