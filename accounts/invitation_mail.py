"""The mail of an invitation: the one place that its code goes to."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from accounts.models import Invitation

log = logging.getLogger(__name__)


@sensitive_variables("code", "context", "text")
def send(invitation: Invitation, code: str, inviter: str) -> None:
    """Call it after commit: the invitation exists, whatever mail does. A failure is written on it for all to see.

    One that is over already, because it was told with a shifted clock, needs no mail.
    """
    if not invitation.is_open:
        return
    address = settings.PUBLIC_ORIGIN + reverse("accept-invitation", args=[code])
    context = {
        "invitation": invitation,
        "inviter": _line(inviter),
        "tenant": _line(invitation.tenant.name),
        "address": address,
        "brand": settings.BRAND_NAME,
    }
    subject = f"[{settings.BRAND_NAME}] {context['inviter']} invites you to {context['tenant']}"
    text = render_to_string("accounts/emails/invitation.txt", context)
    try:
        send_mail(subject, text, None, [invitation.email])
    except (OSError, SMTPException) as error:
        log.warning("The mail of an invitation was not sent: %s", error.__class__.__name__)
        invitation.undelivered = True
        Invitation.objects.filter(pk=invitation.pk, code_hash=invitation.code_hash).update(undelivered=True)


def _line(text: str) -> str:
    """Names are other people's words: no line of theirs becomes a header, or looks like one of ours."""
    return " ".join(text.split())
