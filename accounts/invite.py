"""A one-time link with which a person made by an operator sets their first password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User


def find_or_create(email: str, name: str) -> User:
    """The person of that address, made if there is none. Raises ValidationError."""
    known = User.objects.filter(email__iexact=email.strip()).first()
    if known is None and not name:
        raise ValidationError({"name": "Give a name: nobody with this address is known."})
    return known or User.objects.create_user(email, name)


def password_link(user: User) -> str:
    """Works once and for PASSWORD_RESET_TIMEOUT seconds. Empty for somebody who has a password: they can sign in."""
    if user.has_usable_password():
        return ""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    return settings.PUBLIC_ORIGIN + path
