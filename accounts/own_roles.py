"""A tenant's own roles: create, edit, delete. What changes bites at the next check of whoever holds one."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts import roles
from accounts.access import ROLES_WRITE, Actor, PermissionDenied
from accounts.grants import EMPTY, Grants
from accounts.installed import catalogue
from accounts.models import Invitation, Membership, Role, ServiceUser
from accounts.readable import is_readable
from audit import clock
from audit.actions import Action
from audit.record import record

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
NAME_CHARACTERS = 100
DESCRIPTION_CHARACTERS = 500
HIGHEST_LEVEL = 32767
TAKEN = "Roles already exists"  # word for word: programs look for it
HELD = "Somebody has this role. Give them another one first."
PROMISED = "An open invitation gives this role. Withdraw it first."


@dataclass(frozen=True, slots=True)
class NewRole:
    key: str
    name: str
    description: str = ""
    level: int = 0
    grants: Grants = EMPTY


def create(wanted: list[NewRole], *, by: Actor) -> list[Role]:
    """All of them or none. A key of a built-in role is taken: in a JWT nobody could tell them apart."""
    by.must(ROLES_WRITE)
    assert by.tenant
    for one in wanted:
        _validate(one.key, one.name, one.description, one.level)
        _must_give(one.grants, by)
    if Role.objects.filter(tenant=None, key__in=[one.key for one in wanted]).exists():
        raise ValidationError(TAKEN)
    try:
        with transaction.atomic():
            return [_create(one, by) for one in wanted]
    except IntegrityError:
        raise ValidationError(TAKEN) from None


def edit(
    role: Role,
    *,
    by: Actor,
    name: str | None = None,
    description: str | None = None,
    level: int | None = None,
    grants: Grants | None = None,
) -> None:
    """What is None stays. Nobody changes a role that allows more than their own, or makes it so."""
    must_manage(role, by)
    given = {"name": name, "description": description, "level": level}
    after = {field: value for field, value in given.items() if value is not None}
    _validate(role.key, str(after.get("name", role.name)), description or "", level or 0)
    if grants is not None:
        _must_give(grants, by)
        after["grants_text"] = str(grants)
    with transaction.atomic():
        locked = Role.objects.select_for_update(of=("self",)).get(pk=role.pk)
        before = {field: getattr(locked, field) for field in after}
        if before != after:
            Role.objects.filter(pk=role.pk).update(**after, updated_at=clock.now())
            _write(Action.ROLE_EDITED, role, by, before=before, after=after)
    role.refresh_from_db()


def delete(role: Role, *, by: Actor) -> None:
    """Refused while a member has it. Tokens that were made of it lose what it allowed."""
    must_manage(role, by)
    try:
        with transaction.atomic():
            _free(role)
            role_id = role.pk
            role.delete()
            role.pk = role_id
            _write(Action.ROLE_DELETED, role, by, key=role.key, grants=role.grants_text)
    except (IntegrityError, ProtectedError):
        raise ValidationError(HELD) from None


def one(role_id: UUID, *, by: Actor) -> Role | None:
    """Of those that the actor's tenant knows."""
    return roles.known_to(by).filter(pk=role_id).first()


def _free(role: Role) -> None:
    """Of members who left it is not known any more which role they had; the ledger knows. They hold nothing anyway."""
    held, promised = Membership.objects.filter(role=role), Invitation.objects.filter(role=role)
    acting = ServiceUser.objects.filter(role=role)
    if held.current().exists() or acting.current().exists():
        raise ValidationError(HELD)
    if promised.open_at(clock.now()).exists():
        raise ValidationError(PROMISED)
    viewer = roles.built_in("viewer")
    promised.pending().update(withdrawn_at=clock.now())
    for past in (held, promised):
        past.update(role=viewer)
    acting.update(role=None)


def _create(wanted: NewRole, by: Actor) -> Role:
    words = {"key": wanted.key, "name": wanted.name, "description": wanted.description, "level": wanted.level}
    made = Role.objects.create(tenant=by.tenant, grants_text=str(wanted.grants), **words)
    _write(Action.ROLE_CREATED, made, by, key=made.key, grants=made.grants_text)
    return made


def must_manage(role: Role, by: Actor) -> None:
    if role.tenant_id is None:
        raise PermissionDenied(by, None, "This role is built in: the catalogue file decides about it.")
    by.must(ROLES_WRITE)
    if role.tenant_id != by.tenant_id:
        raise PermissionDenied(by, ROLES_WRITE)
    _must_have(role.grants, by)


def _must_give(grants: Grants, by: Actor) -> None:
    if problems := catalogue().problems(grants):
        raise ValidationError(problems)
    _must_have(grants, by)


def _must_have(grants: Grants, by: Actor) -> None:
    """Whoever provisions says who people are in the vendor's product: they give what they do not have."""
    if not (by.says_who_is_who or by.grants.covers(grants)):
        raise PermissionDenied(by, ROLES_WRITE, "Nobody can make or change a role that allows more than their own.")


def _validate(key: str, name: str, description: str, level: int) -> None:
    """Everything that is wrong, by field."""
    problems = {}
    if not name.strip() or not is_readable(name) or len(name) > NAME_CHARACTERS:
        problems["name"] = f"Give the role a name of at most {NAME_CHARACTERS} printable characters."
    if not KEY.fullmatch(key):
        problems["key"] = (
            "Give the role a key: up to 64 letters, digits and . _ : -, of which the first is a letter or digit."
        )
    if not is_readable(description, lines=True) or len(description) > DESCRIPTION_CHARACTERS:
        problems["description"] = f"Use at most {DESCRIPTION_CHARACTERS} printable characters for the description."
    if not 0 <= level <= HIGHEST_LEVEL:
        problems["level"] = f"The level must be from 0 to {HIGHEST_LEVEL}."
    if problems:
        raise ValidationError(problems)


def _write(action: Action, role: Role, by: Actor, **detail: Any) -> None:
    record(action, by=by.ref, origin=by.origin, tenant_id=role.tenant_id, on=role.ref, **detail)
