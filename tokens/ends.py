"""When a token ends, as the create form asks it: what a kind allows, and what another kind leaves of a choice."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from tokens.expiry import CUSTOM, DAY, NEVER, Choice, Lifetime, choices, end_of, farthest, in_words
from tokens.kinds import Kind
from tokens.rules import Rules


@dataclass(frozen=True, slots=True)
class Picked:
    """What stands in the form: a lifetime, "never", or "custom" with a day. `offered` is what it chose by itself."""

    expires: str
    until: str = ""
    offered: str = ""

    @property
    def is_own(self) -> bool:
        return bool(self.expires) and self.expires != self.offered

    def end(self, now: datetime, latest: datetime | None, zone: tzinfo = UTC) -> datetime | None:
        """None for no end; a day ends in `zone`. Raises ValueError, with what to do, for what is no end at all."""
        if self.expires in set(Lifetime):
            return Lifetime(self.expires).end(now)
        if self.expires == NEVER:
            return None
        if self.expires != CUSTOM:
            raise ValueError("Choose when the token ends.")
        try:
            return end_of(date.fromisoformat(self.until), latest or farthest(now), zone)
        except (ValueError, OverflowError):
            raise ValueError("Choose a date, written like 2027-02-19.") from None


@dataclass(frozen=True, slots=True)
class Ends:
    """What the section shows for one kind of token. `moved` says why another choice stands there now."""

    choices: list[Choice]
    tomorrow: datetime
    latest: datetime
    longest: str
    may_never: bool
    moved: str


def of(kind: Kind, rules: Rules, now: datetime, moved: str = "") -> Ends:
    latest = rules.latest_end(kind, now)
    longest = in_words(rules.of(kind).max_days)
    return Ends(choices(now, latest), now + DAY, latest or farthest(now), longest, rules.may_never_end(kind), moved)


def first(kind: Kind, rules: Rules, now: datetime) -> str:
    """What policy offers first, or the longest that it allows."""
    allowed = [one.value for one in choices(now, rules.latest_end(kind, now)) if not one.refusal]
    default = rules.of(kind).default
    return default if default in allowed else (allowed or [CUSTOM])[-1]


def follow(picked: Picked, kind: Kind, rules: Rules, now: datetime, zone: tzinfo = UTC) -> tuple[Picked, str]:
    """What is picked once the kind is `kind`, and what to say if that is no longer what the person chose.

    What they chose themselves stays while it is allowed.
    """
    offered = first(kind, rules, now)
    if not picked.is_own:
        return replace(picked, expires=offered, offered=offered), ""
    latest = rules.latest_end(kind, now)
    if _fits(picked, now, latest, zone):
        return replace(picked, offered=""), ""
    if picked.expires == CUSTOM and latest:
        return Picked(
            CUSTOM, f"{latest.astimezone(zone):%Y-%m-%d}"
        ), f"{_too_long(picked, kind)} The latest is chosen instead."
    instead = f"{Lifetime(offered).label} is chosen instead." if offered != CUSTOM else "Choose a date."
    return replace(picked, expires=offered, offered=offered), f"{_too_long(picked, kind)} {instead}"


def _fits(picked: Picked, now: datetime, latest: datetime | None, zone: tzinfo) -> bool:
    """What makes no sense is complained of later, not changed."""
    try:
        end = picked.end(now, latest, zone)
    except ValueError:
        return True
    return latest is None or (end is not None and end <= latest)


def _too_long(picked: Picked, kind: Kind) -> str:
    of_kind = f"a {kind.label.lower()} token"
    if picked.expires == NEVER:
        return f"Here {of_kind} needs an end date."
    if picked.expires == CUSTOM:
        return f"That date is too far away for {of_kind}."
    return f"{Lifetime(picked.expires).label} is too long for {of_kind}."
