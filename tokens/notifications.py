"""Mail about tokens."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from accounts.access import Actor
from tokens.models import Token

log = logging.getLogger(__name__)


def made_for_somebody(token: Token, *, by: Actor) -> None:
    """Tell a person that the vendor's backend made a token that acts as them. The token exists, whatever mail does."""
    if not by.is_management or token.membership is None:
        return
    context = {"token": token, "by": by, "brand": settings.BRAND_NAME, "origin": settings.PUBLIC_ORIGIN}
    subject = f"[{settings.BRAND_NAME}] A token was made for you"
    text = render_to_string("tokens/emails/made_for_you.txt", context)
    try:
        send_mail(subject, text, None, [token.membership.user.email])
    except (OSError, SMTPException) as error:
        log.warning("A mail about a new token was not sent: %s", error.__class__.__name__)
