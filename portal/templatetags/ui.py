"""Small things that every page says the same way: icons and moments."""

import re
from datetime import UTC, datetime, timedelta

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.time_zones import here
from audit import clock
from audit.actions import Action, Topic
from audit.models import Event
from portal import stories

register = template.Library()

GLYPHS = {
    Action.TOKEN_ISSUED: "key",
    Action.TOKEN_REVEALED: "lock",
    Action.TOKEN_EDITED: "edit",
    Action.TOKEN_NARROWED: "shield",
    Action.TOKEN_OFFERED: "person",
    Action.TOKEN_CLAIMED: "key",
    Action.TOKEN_OFFER_RENEWED: "clock",
    Action.TOKEN_OFFER_WITHDRAWN: "revoked",
    Action.TOKEN_OFFER_DECLINED: "revoked",
    Action.TOKEN_TAKEN_OVER: "person",
    Action.TOKEN_HANDED_OVER: "person",
    Action.TOKEN_REVOKED: "revoked",
    Action.TOKEN_LEAKED: "alert",
}

PART = re.compile(r"[^._]+[._]?")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of the page's sprite. The word beside it says the same, so it is hidden from screen readers."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.filter
def in_code(text: str) -> SafeString:
    """Text in which `backticks` set names apart, as our docstrings do."""
    parts = (format_html("<code>{}</code>", part) if at % 2 else part for at, part in enumerate(text.split("`")))
    return format_html_join("", "{}", ([part] for part in parts))


@register.filter
def by_parts(name: str) -> SafeString:
    """A stable name, `service_user.manager_removed`, which may be broken after its dots and underscores."""
    return format_html_join("", "{}<wbr>", ([part] for part in PART.findall(name)))


@register.filter
def day(moment: datetime) -> SafeString:
    """ "19 Feb 2027" where the viewer is, with the exact moment on hover."""
    return _time(moment, f"{here(moment):%-d %b %Y}")


@register.filter
def utc_day(moment: datetime) -> SafeString:
    """ "19 Feb 2027" in UTC, for what is the same day to everybody: say beside it that it is UTC."""
    return _time(moment, f"{moment.astimezone(UTC):%-d %b %Y}")


@register.filter
def utc_minute(moment: datetime) -> SafeString:
    """ "19 Feb 2027, 00:00 UTC"."""
    return _time(moment, f"{moment.astimezone(UTC):%-d %b %Y, %H:%M} UTC")


@register.filter
def minute(moment: datetime) -> SafeString:
    """ "18 Nov, 02:00" in this year, else with the year."""
    there = here(moment)
    year = "" if there.year == here(clock.now()).year else f" {there.year}"
    return _time(moment, f"{there:%-d %b}{year}, {there:%H:%M}")


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """ "4 min ago" within a day, then "Yesterday", then the date."""
    return _time(moment, _relative(moment)) if moment else "Never"


@register.filter
def exactly(moment: datetime) -> str:
    """ "19 Feb 2027, 11:05:09 UTC"."""
    return f"{moment.astimezone(UTC):%-d %b %Y, %H:%M:%S} UTC"


def _relative(moment: datetime) -> str:
    past = clock.now() - moment
    if past < MINUTE:
        return "Just now"
    if past < HOUR:
        return f"{past // MINUTE} min ago"
    if past < DAY:
        return f"{past // HOUR} h ago"
    there = here(moment)
    yesterday = here(clock.now() - DAY).date()
    return "Yesterday" if there.date() == yesterday else f"{there:%-d %b %Y}"


def _time(moment: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exactly(moment), text)


@register.filter
def glyph(event: Event) -> str:
    """The drawing of an event in a timeline."""
    return GLYPHS.get(event.kind) or ("building" if event.kind.topic is Topic.TENANT else "info")


register.filter("story", stories.told)
