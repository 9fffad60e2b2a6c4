"""How a token looks in lists and on its page: its pill, its chip, its life on one line."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.catalogue import Action, Resource
from accounts.grants import Grant, Grants
from accounts.installed import catalogue
from accounts.words import Chip, chip
from audit import clock
from tokens.expiry import DAY, SOON
from tokens.models import Token
from tokens.picker import is_write
from tokens.policy_end import of_token, refusing
from tokens.policy_words import stop
from tokens.status import Status

register = template.Library()
register.filter("writes", is_write)
register.filter("because", stop)
register.simple_tag(of_token, name="policy_end")
register.simple_tag(refusing, name="refused_by")

LINE = 92.0  # the track's length in its own units, of 96: room for the ring at the end
START = 1.0
OPEN_END_AT = 30.0  # where today stands on a track without an end


@dataclass(frozen=True, slots=True)
class Pill:
    """Glyph and word; `css` is "plain" for a quiet one."""

    css: str
    icon: str
    label: str


PILLS = {
    Status.REVOKED: Pill("plain", "revoked", "Revoked"),
    Status.WITHDRAWN: Pill("plain", "revoked", "Withdrawn"),
    Status.EXPIRED: Pill("plain", "expired", "Expired"),
    Status.LAPSED: Pill("plain", "expired", "Lapsed"),
    Status.PENDING: Pill("warn", "clock", "Pending"),
    Status.OWNER_GONE: Pill("plain", "revoked", "Owner gone"),
    Status.OWNER_INACTIVE: Pill("warn", "alert", "Owner inactive"),
    Status.TENANT_SUSPENDED: Pill("warn", "alert", "Tenant suspended"),
    Status.REFUSED_BY_POLICY: Pill("warn", "alert", "Refused by policy"),
}


@register.simple_tag
def pill(token: Token) -> Pill:
    """Quiet when fine: only what needs a person has a ground."""
    status = token.status
    if status is not Status.ACTIVE:
        return PILLS[status]
    if token.needs_an_owner:
        return Pill("warn", "alert", "Needs an owner")
    end = token.effective_end
    if end is None:
        return Pill("warn", "alert", "No end date")
    left = end - clock.now()
    return Pill("warn", "clock", _left(left // DAY)) if left <= SOON else Pill("ok plain", "active", "Active")


@register.simple_tag
def scope_chip(token: Token) -> Chip | None:
    """The widest scope and how many more there are."""
    return chip(token.grants, catalogue())


@register.simple_tag
def track(token: Token) -> SafeString:
    """A token's whole life on one line, in SVG attributes alone: no inline style."""
    now, end = clock.now(), _end_of(token)
    if token.revoked_at:
        return _revoked(_place(token, token.revoked_at))
    if token.claim_until:
        return _svg("", _not_begun(), _end())
    if end is None:
        return _open()
    if end <= now:
        return _svg("", _gone(LINE), _end())
    soon = "soon" if end - now <= SOON else ""
    at = _place(token, now)
    left = format_html('<path class="left" d="M{} 5H{}"/>', at, LINE)
    dot = format_html('<circle class="now" cx="{}" cy="5" r="3.5"/>', at)
    return _svg(soon, _gone(at), left, _end(), dot)


@register.filter
def percent_spent(token: Token) -> str:
    """How much of its life is over, for the large track."""
    moment = token.revoked_at or min(clock.now(), token.ends_at)
    return f"{100 * (_place(token, moment) - START) / (LINE - START):.1f}%"


@register.filter
def days_of(token: Token) -> str:
    """ "Day 90 of 180"."""
    end = _end_of(token)
    if end is None:
        return f"Day {(clock.now() - token.created_at) // DAY + 1}"
    total = -(-(end - token.created_at) // DAY)
    spent = min((min(clock.now(), token.ends_at) - token.created_at) // DAY + 1, total)
    return f"Day {spent} of {total}"


@register.filter
def time_left(token: Token) -> str:
    """What stands under the end of the large track."""
    now, end = clock.now(), _end_of(token)
    if end is None:
        return "No end date"
    if token.revoked_at:
        return "Would have expired"
    if token.status is Status.REFUSED_BY_POLICY:
        return "Refused by policy"
    days = (end - now) // DAY
    return "Expired" if end <= now else f"Expires in {_left(days).removesuffix(' left')}"


def _end_of(token: Token) -> datetime | None:
    """Where its line ends: where policy stops it, as long as that is to come."""
    stop = of_token(token)
    return stop.at if stop else token.expires_at


def _left(days: int) -> str:
    if days < 1:
        return "Less than a day left"
    return "1 day left" if days == 1 else f"{days} days left"


def _place(token: Token, moment: datetime) -> float:
    end = _end_of(token)
    if end is None:
        return OPEN_END_AT
    life = (end - token.created_at) / DAY
    share = (moment - token.created_at) / DAY / life if life > 0 else 1.0
    return round(START + (LINE - START) * min(max(share, 0.0), 1.0), 1)


def _svg(css: str, *parts: SafeString) -> SafeString:
    drawn = format_html_join("", "{}", ((part,) for part in parts))
    return format_html('<svg class="life {}" viewBox="0 0 96 10" aria-hidden="true">{}</svg>', css, drawn)


def _gone(to: float) -> SafeString:
    return format_html('<path class="gone" d="M{} 5H{}"/>', START, to)


def _end() -> SafeString:
    return format_html('<circle class="end" cx="{}" cy="5" r="2.5"/>', LINE)


def _revoked(at: float) -> SafeString:
    cross = f"M{START} 5H{at}M{at - 2.5} 2.5l5 5m0-5l-5 5"
    return _svg("", format_html('<path class="gone" d="{}"/>', cross))


def _not_begun() -> SafeString:
    return format_html('<path class="open" d="M{} 5H{}"/>', START, LINE)


def _open() -> SafeString:
    rest = format_html('<path class="open" d="M{} 5H95"/>', OPEN_END_AT + 3)
    dot = format_html('<circle class="now" cx="{}" cy="5" r="3.5"/>', OPEN_END_AT)
    return _svg("", _gone(OPEN_END_AT), rest, dot)


@register.filter
def at(found: dict[str, object], name: str) -> object:
    """A dictionary's value by a name that the template itself was given."""
    return found.get(name)


@register.filter
def grants_of(resource: Resource, action: Action) -> list[Grant]:
    """The scopes of one action: one for each boundary, or the one without."""
    return resource.grants(action)


@register.filter
def covers(held: Grants, grant: Grant) -> bool:
    return held.covers(grant)
