"""How an invitation looks in a list."""

from dataclasses import dataclass
from datetime import timedelta

from django import template

from accounts.models import Invitation
from audit import clock

register = template.Library()

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pill:
    """Glyph and word; `css` is "plain" for a quiet one."""

    css: str
    icon: str
    label: str


@register.simple_tag
def invitation_pill(invitation: Invitation) -> Pill:
    """How long its link works. One whose mail never left needs a person."""
    if not invitation.is_open:
        return Pill("plain", "expired", invitation.status.capitalize())
    if invitation.undelivered:
        return Pill("warn", "alert", "Mail not sent")
    days = (invitation.expires_at - clock.now()) // DAY
    left = {0: "Less than a day left", 1: "1 day left"}.get(days, f"{days} days left")
    return Pill("", "pending", left)
