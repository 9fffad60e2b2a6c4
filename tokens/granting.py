"""What a token would do or does, in words: the same panel on the form and on the details page."""

from dataclasses import dataclass
from datetime import datetime

from accounts.access import Actor
from accounts.grants import Grants
from accounts.installed import catalogue
from accounts.words import Line, can, cannot
from tokens.kinds import Kind
from tokens.models import Token
from tokens.subjects import Subject


@dataclass(frozen=True, slots=True)
class Slip:
    """`name` and `until` may be missing while a form is being filled; `forever`: no end was chosen, on purpose."""

    name: str
    verb: str
    subject: str
    until: datetime | None
    forever: bool
    can: list[Line]
    cannot: list[str]


def of_form(
    *, name: str, subject: Subject | None, grants: Grants, until: datetime | None, forever: bool, actor: Actor
) -> Slip:
    """`subject` is None for a token that acts for the tenant."""
    lines = cannot(grants, catalogue()) if grants else []
    if subject:
        lines = [*lines, f"Cannot do more than {'you can yourself' if subject.is_me else subject.label}"]
    label, verb = (subject.label, "act as") if subject else (str(actor.tenant), "act for")
    return Slip(name, verb, label, until, forever, can(grants, catalogue()), lines)


def of_token(token: Token) -> Slip:
    own = token.token_kind is not Kind.TENANT
    lines = cannot(token.grants, catalogue())
    if own:
        lines = [*lines, f"Cannot do more than {token.subject.label}"]
    return Slip(
        token.name,
        "Acts as" if own else "Acts for",
        token.subject.label,
        token.expires_at,
        token.expires_at is None,
        can(token.grants, catalogue()),
        lines,
    )
