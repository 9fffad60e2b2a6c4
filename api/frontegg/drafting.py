"""From what a client asks for to a draft or a change, and what this door shows of a token in return."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from accounts import permissions, roles
from accounts.access import Actor
from accounts.grants import EMPTY, Forbidden, Grants
from accounts.installed import catalogue
from accounts.models import Role
from api.frontegg.answers import DISABLED, Problem, bad, moment
from api.frontegg.bodies import Body
from audit import clock
from tokens.drafts import Draft
from tokens.kinds import Form, Kind
from tokens.models import NAME_CHARACTERS, Token
from tokens.policy import rules_of
from tokens.reshaping import Change

UNNAMED = "API token"


def must_be_enabled(kind: Kind, by: Actor) -> None:
    """The tenant's policy can switch a kind off: clients are told in the words that they look for."""
    assert by.tenant
    if not rules_of(by.tenant).allows(kind):
        raise Problem(HTTPStatus.FORBIDDEN, DISABLED)


def of_a_user(body: Body, by: Actor) -> Draft:
    """It may do what its user may at each moment: that bounds it, so it is given all there is to give."""
    return _draft(Kind.PERSONAL, body, by, grants=_all_that(by))


def of_a_tenant(body: Body, by: Actor) -> Draft:
    chosen, grants = _rights(body, by)
    return _draft(Kind.TENANT, body, by, roles=chosen or (), grants=grants or EMPTY)


def change(body: Body, by: Actor) -> Change:
    """Only what is named changes; a description that is null is taken away. When it ends cannot change."""
    if "expiresInMinutes" in body:
        raise bad("expiresInMinutes cannot change")
    chosen, grants = _rights(body, by)
    description = body.words("description") if "description" in body.said else None
    return Change(
        name=None if description is None else name_of(description),
        description=description,
        metadata=body.thing("metadata") if "metadata" in body else None,
        roles=chosen,
        grants=grants,
    )


def shown(token: Token) -> dict[str, Any]:
    """What any of them shows. `expires` is left out where there is no end."""
    end = {"expires": moment(token.expires_at)} if token.expires_at else {}
    return {"description": described(token), "createdAt": moment(token.created_at), **end}


def described(token: Token) -> str | None:
    """One that was made on a page has a name, and perhaps no description."""
    return token.description or (token.name if token.secret_form is Form.NATIVE else None)


def role_ids(token: Token) -> list[str]:
    return sorted(str(row.role_id) for row in token.roles.all())


def permission_ids(token: Token) -> list[str]:
    return [] if token.of_roles else [str(permissions.id_of(grant)) for grant in token.grants]


def permissions_of(ids: list[UUID]) -> Grants:
    """What these permissions allow together. Raises Problem for one that the catalogue does not offer."""
    known = permissions.installed()
    if unknown := [str(each) for each in ids if each not in known]:
        raise bad(f"Permission {unknown[0]} does not exist")
    return Grants(known[each] for each in ids)


def name_of(description: str) -> str:
    """Tokens have a name here: the first words of the description."""
    return " ".join(description.split())[:NAME_CHARACTERS].strip() or UNNAMED


def _draft(kind: Kind, body: Body, by: Actor, **rights: Any) -> Draft:
    description = body.words("description")
    minutes = body.minutes()
    return Draft(
        kind=kind,
        name=name_of(description),
        description=description,
        expiry=str(minutes),
        expires_at=_end(kind, minutes, by),
        form=Form.PAIR,
        metadata=body.thing("metadata"),
        **rights,
    )


def _end(kind: Kind, minutes: int | None, by: Actor) -> datetime:
    """Without minutes what the tenant's policy offers first, or the latest that it, or the token that asks, allows."""
    assert by.tenant
    now = clock.now()
    if minutes is not None:
        return now + timedelta(minutes=minutes)
    rules, own = rules_of(by.tenant), by.bearer.ends_at if by.bearer else None
    return min(end for end in (rules.of(kind).default.end(now), rules.latest_end(kind, now), own) if end)


def _rights(body: Body, by: Actor) -> tuple[tuple[Role, ...] | None, Grants | None]:
    """Roles or permissions; if both come, roles win. Two empty lists are no rights at all, two absent ones no wish."""
    if ids := body.ids("roleIds"):
        return roles.chosen(ids, by=by), None
    if ids := body.ids("permissionIds"):
        return None, permissions_of(ids)
    return (() if "roleIds" in body else None), (EMPTY if "permissionIds" in body else None)


def _all_that(by: Actor) -> Grants:
    """What the asker may give, less what policy keeps off tokens."""
    assert by.tenant
    return (by.grants & catalogue().everything).without(Forbidden.parse(rules_of(by.tenant).forbidden))
