"""Changing a token that may carry roles and metadata. It can only lose rights, and only by who has them all."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.access import TOKENS_WRITE, Actor, PermissionDenied
from accounts.grants import EMPTY, Forbidden, Grants
from accounts.models import Role
from audit.actions import Action
from tokens import drafts, lifecycle, metadata
from tokens.models import Token
from tokens.policy import rules_of

WIDER = "A token's rights can be taken away, not added. Create a new token for more."


@dataclass(frozen=True, slots=True)
class Change:
    """What should become different; None leaves a thing as it is. With `roles`, `grants` is not looked at."""

    name: str | None = None
    description: str | None = None
    metadata: dict[str, Any] | None = None
    roles: tuple[Role, ...] | None = None
    grants: Grants | None = None


def reshape(token: Token, change: Change, *, by: Actor) -> None:
    """All of it or nothing. Raises PermissionDenied for anything that would widen, ValidationError by field."""
    lifecycle.must_manage(token, by)
    drafts.must_give(token.grants, by=by)
    with transaction.atomic():
        locked = Token.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=token.pk)
        _reword(locked, change, by)
        if change.roles is not None:
            _of_roles(locked, change.roles, by)
        elif change.grants is not None:
            _of_grants(locked, change.grants, by)
    token.refresh_from_db()


def _reword(token: Token, change: Change, by: Actor) -> None:
    name = token.name if change.name is None else change.name
    description = token.description if change.description is None else change.description
    lifecycle.edit(token, name=name, description=description, by=by)
    if change.metadata is None or change.metadata == token.metadata:
        return
    if problems := metadata.problems(change.metadata):
        raise ValidationError({"metadata": problems})
    Token.objects.filter(pk=token.pk).update(metadata=change.metadata)
    lifecycle.write(Action.TOKEN_EDITED, token, by, metadata="changed")


def _of_roles(token: Token, chosen: tuple[Role, ...], by: Actor) -> None:
    """Fewer of its own roles, or others that allow no more than it may do now."""
    held = {row.role_id: row.role for row in token.roles.select_related("role")}
    if {role.pk for role in chosen} == held.keys():
        return  # also none where there were none: other rights are not taken away by not naming any role
    allowed = drafts.granted_by(chosen, by=by)
    if not (token.of_roles and {role.pk for role in chosen} <= held.keys()):
        _must_cover(_ceiling(token), allowed, by)
    lifecycle.bind(token, chosen)
    _lessen(token, token.grants & allowed, by, of_roles=True, roles=[role.key for role in chosen])


def _of_grants(token: Token, grants: Grants, by: Actor) -> None:
    """The roles that it was made of, if any, go on bounding it."""
    _must_cover(_ceiling(token), grants, by)
    if grants != token.grants:
        _lessen(token, grants, by, of_roles=token.of_roles)


def _ceiling(token: Token) -> Grants:
    """What it may do now, whatever else bounds it."""
    left = token.grants.without(Forbidden.parse(rules_of(token.tenant).forbidden))
    if not token.of_roles:
        return left
    return left & reduce(or_, (row.role.grants for row in token.roles.select_related("role")), EMPTY)


def _must_cover(ceiling: Grants, wanted: Grants, by: Actor) -> None:
    if not ceiling.covers(wanted):
        raise PermissionDenied(by, TOKENS_WRITE, WIDER)


def _lessen(token: Token, to: Grants, by: Actor, *, of_roles: bool, **detail: object) -> None:
    before = token.grants_text
    Token.objects.filter(pk=token.pk).update(grants_text=str(to), of_roles=of_roles)
    lifecycle.write(Action.TOKEN_NARROWED, token, by, before=before, after=str(to), **detail)
