"""Forms about service users only read what was typed. What is right and wrong is said by the verbs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts import people, service_users
from accounts.access import Actor
from accounts.grants import Grant, GrantError, Grants
from accounts.models import Membership, Role, ServiceUser
from accounts.service_users import Rights, Words
from tokens import custom_forms


class _Told(forms.Form):
    """Shows a verb's objections beside the fields, and all of them above in the order of the page."""

    def refuse(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            self.add_error(name if name in self.fields else None, problems)

    def problems(self) -> list[tuple[str, str]]:
        return [(name, str(text)) for name in (*self.fields, "__all__") for text in self.errors.get(name, [])]


class WordsForm(_Told):
    name = forms.CharField(required=False)
    purpose = forms.CharField(required=False)
    contact_email = forms.CharField(required=False)
    role = forms.CharField(required=False)

    def __init__(self, *args: Any, actor: Actor, current: ServiceUser | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = service_users.roles_to_give(actor, current)

    @property
    def words(self) -> Words:
        given = self.cleaned_data
        return Words(given["name"], given["purpose"].replace("\r\n", "\n"), given["contact_email"])

    def clean_role(self) -> Role | None:
        picked = self.cleaned_data["role"]
        found = next((role for role in self.roles if str(role.pk) == picked), None)
        if picked and found is None:
            raise ValidationError("Choose a role that allows no more than your own.")
        return found


class CreateForm(WordsForm):
    managers = forms.CharField(required=False)
    me = forms.BooleanField(required=False)

    def people(self, actor: Actor) -> list[Membership]:
        """Whom the form names. Raises ValidationError."""
        mine = [actor.own_membership] if self.cleaned_data.get("me") and actor.own_membership else []
        return mine + people.named(self.cleaned_data["managers"], by=actor)

    @property
    def rights(self) -> Rights:
        return Rights(self.cleaned_data.get("role"))


class AccessForm(_Told):
    """Rights picked row by row, as custom permissions of a token are. `scopes`: what is wrong with the rows."""

    scopes = forms.CharField(required=False)
    is_custom = True

    def read(self, data: QueryDict) -> Grants:
        """What the rows come to. Raises ValidationError."""
        self.full_clean()
        try:
            found = custom_forms.grants_in(data)
        except GrantError as error:
            raise ValidationError({"scopes": str(error)}) from error
        if not found:
            raise ValidationError({"scopes": "Add at least one permission."})
        return found

    def refuse(self, error: ValidationError) -> None:
        self.add_error("scopes", error.messages)

    def problems(self) -> list[tuple[str, str]]:
        return [("permissions", text) for _, text in super().problems()]


class GrantForm(_Told):
    """One right on one target, typed by hand."""

    scope = forms.CharField(required=False)
    target_type = forms.CharField(required=False)
    target_id = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("scope"):
            raise ValidationError({"scope": "Choose what it may do."})
        if given.get("target_type") and not given.get("target_id"):
            raise ValidationError({"target_id": "Type the ID of the target."})
        if given.get("target_id") and not given.get("target_type"):
            raise ValidationError({"target_type": "Choose what the ID belongs to."})
        return given

    @property
    def grant(self) -> Grant:
        """Raises ValidationError."""
        given = self.cleaned_data
        on = f"@{given['target_type']}={given['target_id']}" if given["target_type"] else ""
        try:
            return Grant.parse(f"{given['scope']}{on}")
        except GrantError as error:
            raise ValidationError({"target_id": str(error)}) from error


class ManagerForm(_Told):
    email = forms.CharField(required=False)

    def person(self, actor: Actor) -> Membership:
        """Raises ValidationError."""
        found = people.named(self.cleaned_data["email"], by=actor)
        if len(found) != 1:
            raise ValidationError({"managers": "Type one person's email address."})
        return found[0]

    def refuse(self, error: ValidationError) -> None:
        self.add_error("email", error.messages)


class DeleteForm(_Told):
    confirm = forms.CharField(required=False)
