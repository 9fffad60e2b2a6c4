"""What a token would do or does, in words: the same panel on the form and on the details page."""

from dataclasses import dataclass
from datetime import datetime

from accounts import resources
from accounts.access import Actor
from accounts.grants import Grants
from accounts.installed import catalogue
from accounts.models import Tenant
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
    assert actor.tenant
    lines = cannot(grants, catalogue()) if grants else []
    if subject:
        lines = [*lines, f"Cannot do more than {'you can yourself' if subject.is_me else subject.label}"]
    label, verb = (subject.label, "act as") if subject else (str(actor.tenant), "act for")
    return Slip(name, verb, label, until, forever, _lines(grants, actor.tenant), lines)


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
        _lines(token.grants, token.tenant),
        lines,
    )


def _lines(grants: Grants, tenant: Tenant) -> list[Line]:
    """With the names of single targets, as they are called now."""
    return can(grants, catalogue(), resources.names(grants, tenant))
