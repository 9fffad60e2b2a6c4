"""The mail of an invitation: the one place that its code goes to."""

from django.conf import settings
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from accounts import letters
from accounts.models import Invitation


@sensitive_variables("code", "address")
def send(invitation: Invitation, code: str, inviter: str) -> None:
    """Call it after commit: the invitation exists, whatever mail does. A failure is written on it for all to see.

    One that is over already, because it was told with a shifted clock, needs no mail.
    """
    if not invitation.is_open:
        return
    address = settings.PUBLIC_ORIGIN + reverse("accept-invitation", args=[code])
    names = {"inviter": letters.one_line(inviter), "tenant": letters.one_line(invitation.tenant.name)}
    subject = f"{names['inviter']} invites you to {names['tenant']}"
    template = "invitation"
    if not letters.send(invitation.email, subject, template, invitation=invitation, address=address, **names):
        invitation.undelivered = True
        Invitation.objects.filter(pk=invitation.pk, code_hash=invitation.code_hash).update(undelivered=True)
