"""Small things that every page says the same way: icons and moments."""

from datetime import UTC, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from audit import clock
from audit.actions import Action, Topic
from audit.models import Event

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
def day(moment: datetime) -> SafeString:
    """ "19 Feb 2027" where the viewer is, with the exact moment on hover."""
    return _time(moment, f"{_here(moment):%-d %b %Y}")


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
    here = _here(moment)
    year = "" if here.year == _here(clock.now()).year else f" {here.year}"
    return _time(moment, f"{here:%-d %b}{year}, {here:%H:%M}")


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
    here = _here(moment)
    yesterday = _here(clock.now() - DAY).date()
    return "Yesterday" if here.date() == yesterday else f"{here:%-d %b %Y}"


def _here(moment: datetime) -> datetime:
    """Where the viewer is; in UTC on the last day that there is, and on the first, which elsewhere are none."""
    try:
        return timezone.localtime(moment)
    except OverflowError:
        return moment


def _time(moment: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exactly(moment), text)


@register.filter
def glyph(event: Event) -> str:
    """The drawing of an event in a timeline."""
    return GLYPHS.get(event.kind) or ("building" if event.kind.topic is Topic.TENANT else "info")


@register.filter
def story(event: Event) -> str:
    """What changed, from an event's detail, in a few words."""
    detail = event.detail
    if "reason" in detail:
        return str(detail["reason"])
    if "scope" in detail:
        count = len(detail["scope"].split())
        return f"{count} scope{'' if count == 1 else 's'}, {_until(detail.get('expires_at'))}"
    if isinstance(detail.get("before"), dict):
        changed = {name: text for name, text in detail["before"].items() if text != detail["after"][name]}
        return ", ".join(f"{name} was {f'“{text}”' if text else 'empty'}" for name, text in changed.items())
    if "before" in detail:
        return f"{detail['before']} → {detail['after']}"
    if "where" in detail:
        return f"In a {'web address' if detail['where'] == 'address' else 'form field'}: revoke this token"
    return ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in detail.items() if value)


def _until(moment: str | None) -> str:
    return f"until {_here(datetime.fromisoformat(moment)):%-d %b %Y}" if moment else "no end date"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " → ".join(_plain(part) for part in value) if isinstance(value, list) else str(value)
