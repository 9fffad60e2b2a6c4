"""Mail to people: everything that this portal itself sends is written and leaves here.

What a mail tells of stands, whatever mail does: that one did not leave is said by its error's class alone, for texts
and addresses may hold a link that opens a door.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

log = logging.getLogger(__name__)

SENT_AT_ONCE = 20  # mails that somebody waits for; more leave behind the answer
FAILURES = (OSError, SMTPException)

_behind = ThreadPoolExecutor(2, thread_name_prefix="mail")  # a process that is told to stop waits for it


@sensitive_variables("context")
def send(to: str, subject: str, template: str, **context: Any) -> bool:
    """One mail as in `write`. Whether it left."""
    return _send([write(to, subject, template, **context)]) == 1


@sensitive_variables("context")
def send_behind(to: str, subject: str, template: str, **context: Any) -> None:
    """The same behind the answer, which then tells neither that there was a mail nor whether it left."""
    _behind.submit(send, to, subject, template, **context)


@sensitive_variables("context", "told", "text")
def write(to: str, subject: str, template: str, **context: Any) -> EmailMessage:
    """The text of `emails/<template>.txt`, which knows `brand` and `origin` as well, to one address.

    Its moments are in UTC, as the texts say, in whatever zone the person reads dates who made it leave.
    """
    told = {"brand": settings.BRAND_NAME, "origin": settings.PUBLIC_ORIGIN, **context}
    with timezone.override(UTC):
        text = render_to_string(f"emails/{template}.txt", told)
    return EmailMessage(one_line(f"[{settings.BRAND_NAME}] {subject}"), text, to=[to])


def send_many(mails: Sequence[EmailMessage]) -> None:
    """Over one connection; nobody waits for many."""
    if len(mails) > SENT_AT_ONCE:
        _behind.submit(_send, mails)
    elif mails:
        _send(mails)


def one_line(text: str) -> str:
    """Names are other people's words: no line of theirs becomes a header, or looks like one of ours."""
    return " ".join(text.split())


def _send(mails: Sequence[EmailMessage]) -> int:
    """How many left. One that is refused keeps none of the others back."""
    sent = 0
    try:
        with mailers.default as connection:
            for mail in mails:
                sent += _send_over(connection, mail)
    except FAILURES as error:
        log.warning("Mail was not sent: %s", error.__class__.__name__)
    return sent


def _send_over(connection: Any, mail: EmailMessage) -> bool:
    try:
        connection.send_messages([mail])
    except FAILURES as error:
        log.warning("A mail was not sent: %s", error.__class__.__name__)
        return False
    return True
