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
    return Pill("", "pending", _left(invitation.expires_at - clock.now()))


def _left(left: timedelta) -> str:
    """Rounded up: an invitation for 7 days has 7 when it was sent just now."""
    if left < DAY:
        return "Less than a day left"
    days = -(-left // DAY)
    return f"{days} day{'' if days == 1 else 's'} left"
