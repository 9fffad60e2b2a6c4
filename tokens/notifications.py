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
    if by.is_management:
        _tell_its_person(token, "A token was made for you", "tokens/emails/made_for_you.txt", by=by)


def offered(token: Token, *, link: str, by: Actor) -> None:
    """Send a person the link with which they claim a token. The portal shows it to them as well, whatever mail does."""
    _tell_its_person(token, "A token is waiting for you", "tokens/emails/offered.txt", by=by, link=link)


def _tell_its_person(token: Token, title: str, template: str, **context: object) -> None:
    if token.membership is None:
        return
    origin, brand = settings.PUBLIC_ORIGIN, settings.BRAND_NAME
    text = render_to_string(template, {"token": token, "brand": brand, "origin": origin, **context})
    try:
        send_mail(f"[{brand}] {title}", text, None, [token.membership.user.email])
    except (OSError, SMTPException) as error:
        log.warning("A mail about a new token was not sent: %s", error.__class__.__name__)
