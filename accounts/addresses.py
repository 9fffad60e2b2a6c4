"""E-mail addresses that people type: one rule and one sentence wherever they do."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

CHARACTERS = 254


def read(text: str, field: str = "email") -> str:
    """As it is kept: without spaces around it, in small letters. Raises ValidationError by field."""
    address = text.strip().lower()
    if len(address) > CHARACTERS:
        raise ValidationError({field: f"Use at most {CHARACTERS} characters."})
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError({field: "Enter an email address, like noor@example.com."}) from None
    return address
