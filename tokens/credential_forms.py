"""Forms about what belongs to the platform: management credentials and signing keys."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from tokens import rights
from tokens.rights import Right


class CredentialForm(forms.Form):
    """What is right and wrong is said by `credentials.validate`."""

    name = forms.CharField(required=False)
    rights = forms.MultipleChoiceField(
        choices=[(right.value, right.label) for right in Right], required=False, initial=rights.PRESET
    )
    key = forms.CharField(required=False, max_length=64)
    password = forms.CharField(required=False, strip=False)

    @property
    def chosen(self) -> list[str]:
        return list(self["rights"].value() or [])

    def problems(self) -> list[tuple[str, str]]:
        """Field and message in the order of the page, for the summary on top."""
        return [(name, str(text)) for name in ("name", "rights", "password") for text in self.errors.get(name, [])]


class EndCredentialForm(forms.Form):
    """The end of the client id is typed by hand: nobody revokes the wrong one by a slip."""

    confirm = forms.CharField(required=False)
    reason = forms.CharField(required=False)
    password = forms.CharField(required=False, strip=False)

    def __init__(self, *args: Any, short_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.short_id = short_id

    def clean_confirm(self) -> str:
        typed: str = self.cleaned_data["confirm"]
        if typed.lower() != self.short_id:
            raise ValidationError(f"Type {self.short_id} to confirm. Nothing was revoked.")
        return typed


class RotateForm(forms.Form):
    """Nothing is chosen: only that it is oneself."""

    password = forms.CharField(required=False, strip=False)
