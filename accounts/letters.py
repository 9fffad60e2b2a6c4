"""Mail to people about their account."""

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def send(to: str, subject: str, template: str, **context: Any) -> bool:
    """The text of `accounts/emails/<template>.txt` to one address. What it tells of stands, whatever mail does."""
    told = {"brand": settings.BRAND_NAME, "origin": settings.PUBLIC_ORIGIN, **context}
    text = render_to_string(f"accounts/emails/{template}.txt", told)
    try:
        send_mail(" ".join(f"[{settings.BRAND_NAME}] {subject}".split()), text, None, [to])
    except (OSError, SMTPException) as error:
        log.warning("A mail about an account was not sent: %s", error.__class__.__name__)
        return False
    return True
