"""What a token would do or does, in words: the same panel on the form and on the details page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from accounts import resources
from accounts.access import Actor
from accounts.grants import EMPTY, Grants
from accounts.installed import catalogue
from accounts.role_changes import NOTHING, Difference, differences
from accounts.words import Line, Names, can, cannot
from tokens import remaining
from tokens.kinds import Kind
from tokens.models import Token
from tokens.policy_end import PolicyEnd
from tokens.remaining import Cause, Remaining
from tokens.subjects import Subject


@dataclass(frozen=True, slots=True)
class Lost:
    """One thing that a token was granted and cannot do now, and why not."""

    line: Line
    why: str


@dataclass(frozen=True, slots=True)
class Slip:
    """`name` and `until` may be missing while a form is being filled; `forever`: no end was chosen, on purpose.
    `stop`: policy ends it before that.

    A token's own slip says what it can do now: `grants` are what is left, `lost` and `gone` what is not.
    """

    name: str
    verb: str
    subject: str
    until: datetime | None
    forever: bool
    can: list[Line]
    cannot: list[str]
    lost: list[Lost] = field(default_factory=list)
    grants: Grants = EMPTY
    gone: Grants = EMPTY
    stop: PolicyEnd | None = None


def of_form(
    *,
    name: str,
    subject: Subject | None,
    awaits_subject: bool,
    grants: Grants,
    until: datetime | None,
    forever: bool,
    stop: PolicyEnd | None,
    actor: Actor,
) -> Slip:
    """`subject` is None for a token that acts for the tenant, and for one that awaits a service user."""
    assert actor.tenant
    lines = cannot(grants, catalogue()) if grants else []
    if subject:
        lines = [*lines, f"Cannot do more than {'you can yourself' if subject.is_me else subject.label}"]
    label, verb = (subject.label, "act as") if subject else (str(actor.tenant), "act for")
    if awaits_subject:
        label, verb = "a service user", "act as"
    able = can(grants, catalogue(), resources.names(grants, actor.tenant))
    return Slip(name, verb, label, until, forever, able, lines, stop=stop)


def of_token(token: Token, kept: Grants | None = None) -> Slip:
    """What it can do now, as the check has it. `kept`: as if it had no more than that."""
    own, left = token.token_kind is not Kind.TENANT, remaining.of(token)
    able = left.grants if kept is None else left.grants & kept
    names = resources.names([*token.grants, *left.grants], token.tenant)
    lines = cannot(able, catalogue())
    if own:
        lines = [*lines, f"Cannot do more than {token.subject.label}"]
    return Slip(
        token.name,
        "Acts as" if own else "Acts for",
        token.subject.label,
        token.expires_at,
        token.expires_at is None,
        can(able, catalogue(), names),
        lines,
        list(_lost(token, left, names)),
        able,
        Grants(grant for grants in left.lost.values() for grant in grants),
    )


def _lost(token: Token, left: Remaining, names: Names) -> Iterator[Lost]:
    whose = token.subject.label
    why = {
        Cause.ROLE: f"the role of {whose} does not allow it",
        Cause.SERVICE_USER: f"{whose} does not have it",
        Cause.ROLES: "the roles that it was made of do not allow it",
        Cause.POLICY: "the token policy keeps it off tokens",
    }
    return (Lost(line, why[cause]) for cause, grants in left.lost.items() for line in can(grants, catalogue(), names))


def lost(token: Token, left: Grants) -> list[Difference]:
    """What narrowing a token to `left` takes from it, scopes that the catalogue does not know any more too."""
    gone = [grant for grant in token.grants if not catalogue().action_of(grant) and not left.covers(grant)]
    known = differences(token.grants, left, catalogue())
    return known + [Difference("use", NOTHING, f"{grant}, no longer offered") for grant in gone]
