"""Sudo mode: creating or rotating a token needs a password that was given in the last ten minutes.

allauth counts only an explicit second sign-in. Here the sign-in itself counts as one.
"""

import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.http import Request


def is_recent(request: Request) -> bool:
    """Whether this session proved who it is within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

    By a password, or by a hand-over: that was another site's word a minute after a sign-in there, and counts as one.
    """
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def confirm(request: Request, password: str) -> None:
    """Prove the password now. The session gets a new id. Raises ValidationError with what to do."""
    if not ratelimit.consume(request, action="reauthenticate"):
        raise ValidationError("Too many attempts. Wait a minute, then try again.", code="limited")
    if not get_adapter().reauthenticate(request.user, password):
        raise ValidationError("That is not your password. Nothing was changed; try again.", code="wrong")
    reauthenticate_by_password(request)


def demand(request: Request) -> None:
    """For a form with a `password` field: pass if the proof is recent, else take what was typed. Nothing typed is lost.

    Raises ValidationError on `password`.
    """
    if is_recent(request):
        return
    if not request.user.has_usable_password():
        raise ValidationError({"password": "Your sign-in is too old for this. Come here again from where you came."})
    password = request.POST.get("password", "")
    if not password:
        raise ValidationError({"password": "Enter your password to confirm that it is you."})
    try:
        confirm(request, password)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
