"""Service users: create, edit, give and take rights, disable, enable, delete. Managers are in `accounts.managing`.

Nothing above is told: checks find it changed. Deleting one that has tokens is for `tokens.service_users`.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts import addresses, findable, readable, roles, search
from accounts.access import (
    SERVICE_USERS_CREATE,
    SERVICE_USERS_READ,
    SERVICE_USERS_WRITE,
    TOKENS_WRITE,
    Actor,
    PermissionDenied,
)
from accounts.grants import EMPTY, GrantError, Grants
from accounts.installed import catalogue
from accounts.models import Membership, Role, ServiceUser, ServiceUserManager, ServiceUserQuerySet
from accounts.models.service_users import NAME_CHARACTERS, PURPOSE_CHARACTERS
from audit import clock
from audit.actions import Action
from audit.record import record

RIGHTS_LIMIT = 16_384  # bytes of its own grants: they are read at every check

type Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """What people read about a service user."""

    name: str
    purpose: str = ""
    contact_email: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """What it may do: a role's grants, if it has one, and its own beside them."""

    role: Role | None = None
    grants: Grants = EMPTY

    @property
    def all(self) -> Grants:
        return (self.role.grants if self.role else EMPTY) | self.grants


def known_to(by: Actor) -> ServiceUserQuerySet:
    """All of the tenant's for those who may see them, for everybody else those that they manage themselves."""
    if by.tenant is None:
        return ServiceUser.objects.none()
    ours = ServiceUser.objects.in_tenant(by.tenant).current()
    return ours if by.can(SERVICE_USERS_READ) else ours.managed_by(by.own_membership)


def usable_by(by: Actor) -> ServiceUserQuerySet:
    """Those that tokens may be made for: all of the tenant's by who may make the tenant's, else what one manages."""
    if by.tenant is None:
        return ServiceUser.objects.none()
    ours = ServiceUser.objects.in_tenant(by.tenant).current()
    return ours if by.can(TOKENS_WRITE) else ours.managed_by(by.own_membership)


def may_manage(service_user: ServiceUser, by: Actor) -> bool:
    """Its managers in person, or whoever may change all of the tenant's."""
    return by.can(SERVICE_USERS_WRITE, on=service_user) or manages(service_user, by)


def manages(service_user: ServiceUser, by: Actor) -> bool:
    own = by.own_membership
    return own is not None and ServiceUserManager.objects.of(service_user.pk).filter(membership=own).exists()


def must_manage(service_user: ServiceUser, by: Actor) -> None:
    if not manages(service_user, by):
        by.must(SERVICE_USERS_WRITE, on=service_user)


def roles_to_give(by: Actor, current: ServiceUser | None = None) -> list[Role]:
    """Those that allow no more than the actor's own, and the one that it has already."""
    assert by.tenant
    known = roles.of_tenant(by.tenant)
    return [role for role in known if by.grants.covers(role.grants) or (current and role.pk == current.role_id)]


def create(words: Words, rights: Rights, *, managers: list[Membership], by: Actor) -> ServiceUser:
    """A new one. Whoever could not change it as an administrator manages it; somebody always does.

    Raises one ValidationError with everything that is wrong, by field.
    """
    by.must(SERVICE_USERS_CREATE)
    assert by.tenant
    managers = _with_oneself(managers, by)
    validate(words, rights, managers=managers, by=by)
    must_give(rights, by)
    with transaction.atomic():
        made = ServiceUser.objects.create(
            tenant=by.tenant,
            **_fields(words),
            role=rights.role,
            grants_text=str(rights.grants),
            created_by=by.user or (by.membership.user if by.membership else None),
        )
        search.add(findable.service_user(made))
        ServiceUserManager.objects.bulk_create(ServiceUserManager(service_user=made, membership=m) for m in managers)
        names = ", ".join(one.user.name for one in managers)
        write(Action.SERVICE_USER_CREATED, made, by, **_told(rights), managers=names)
    return made


def validate(words: Words, rights: Rights, *, managers: list[Membership], by: Actor) -> None:
    """The same for a form, which shows these beside what else is wrong."""
    errors = _problems(words) | _problems_of_rights(rights, by)
    if not managers:
        errors["managers"] = ["Choose at least one person who manages it."]
    elif any(one.tenant_id != by.tenant_id or one.ended_at or one.suspended_at for one in managers):
        errors["managers"] = ["Choose people who belong here now."]
    if errors:
        raise ValidationError({name: list(problems) for name, problems in errors.items()})


def edit(service_user: ServiceUser, words: Words, *, by: Actor) -> None:
    """Other words. What it may do, and its tokens, stay."""
    must_manage(service_user, by)
    if errors := _problems(words):
        raise ValidationError({name: list(problems) for name, problems in errors.items()})
    after = _fields(words)
    with transaction.atomic():
        locked = lock(service_user)
        before = {name: getattr(locked, name) for name in after}
        if before != after:
            ServiceUser.objects.filter(pk=locked.pk).update(**after)
            for name, text in after.items():
                setattr(locked, name, text)
            search.change(findable.service_user(locked))
            write(Action.SERVICE_USER_EDITED, locked, by, before=before, after=after)
    service_user.refresh_from_db()


def change_rights(service_user: ServiceUser, *, to: Rights, by: Actor) -> None:
    """Bites at the next check of its tokens. What is added must be held by whoever adds it; to take away, nothing."""
    must_manage(service_user, by)
    if errors := _problems_of_rights(to, by):
        raise ValidationError({name: list(problems) for name, problems in errors.items()})
    with transaction.atomic():
        locked = lock(service_user)
        before = Rights(locked.role, locked.grants)
        if not before.all.covers(to.all) or to.role not in (None, before.role):
            must_give(_added(before, to), by)
        if before != to:
            ServiceUser.objects.filter(pk=locked.pk).update(role=to.role, grants_text=str(to.grants))
            told = {"before": _told(before), "after": _told(to)}
            write(Action.SERVICE_USER_RIGHTS_CHANGED, locked, by, **told)
    service_user.refresh_from_db()


def change(service_user: ServiceUser, words: Words, rights: Rights, *, by: Actor) -> None:
    """Words and rights together, or neither. Raises one ValidationError with what is wrong with both."""
    must_manage(service_user, by)
    if errors := _problems(words) | _problems_of_rights(rights, by):
        raise ValidationError({name: list(problems) for name, problems in errors.items()})
    with transaction.atomic():
        change_rights(service_user, to=rights, by=by)
        edit(service_user, words, by=by)


def disable(service_user: ServiceUser, *, by: Actor) -> bool:
    """Reversible: every token of it stops until `enable`. False if it was disabled already."""
    must_manage(service_user, by)
    return _set(service_user, Action.SERVICE_USER_DISABLED, Q(disabled_at=None), by, disabled_at=clock.now())


def enable(service_user: ServiceUser, *, by: Actor) -> bool:
    must_manage(service_user, by)
    return _set(service_user, Action.SERVICE_USER_ENABLED, Q(disabled_at__isnull=False), by, disabled_at=None)


def delete(service_user: ServiceUser, *, by: Actor, **told: Any) -> bool:
    """Final. Doors ask `tokens.service_users.delete`, which looks after the tokens first."""
    must_manage(service_user, by)
    return _set(service_user, Action.SERVICE_USER_DELETED, Q(), by, deleted_at=clock.now(), told=told)


def lock(service_user: ServiceUser) -> ServiceUser:
    """The row as it is now, kept until the transaction ends. Raises ValidationError when it is gone."""
    rows = ServiceUser.objects.current().select_related("role").select_for_update(of=("self",))
    locked = rows.filter(pk=service_user.pk).first()
    if locked is None:
        raise ValidationError({"subject": "This service user has been deleted."})
    return locked


def must_give(rights: Rights, by: Actor) -> None:
    """Nobody hands out what they do not have; whoever provisions says what there is."""
    if not (by.says_who_is_who or by.grants.covers(rights.all)):
        raise PermissionDenied(by, SERVICE_USERS_WRITE, "You can only give a service user what you have yourself.")


def write(action: Action, service_user: ServiceUser, by: Actor, **detail: Any) -> None:
    record(action, by=by.ref, origin=by.origin, tenant_id=service_user.tenant_id, on=service_user.ref, **detail)


def _with_oneself(managers: list[Membership], by: Actor) -> list[Membership]:
    """Without repeats. Who may not see all of the tenant's would otherwise lose sight of it at once."""
    chosen = {one.pk: one for one in managers}
    own = by.own_membership
    if own is not None and (not chosen or not by.can(SERVICE_USERS_WRITE)):
        chosen = {own.pk: own} | chosen
    return list(chosen.values())


def _added(before: Rights, after: Rights) -> Rights:
    """What was not there before: another role as a whole, since it may grow, and grants one by one."""
    role = after.role if after.role != before.role else None
    return Rights(role, Grants(grant for grant in after.grants if not before.all.covers(grant)))


def _problems(words: Words) -> Errors:
    found = {
        "name": _name(words.name),
        "purpose": _purpose(words.purpose),
        "contact_email": _email(words.contact_email),
    }
    return {name: problems for name, problems in found.items() if problems}


def _name(name: str) -> list[str]:
    if not name.strip():
        return ["Give the service user a name."]
    if not readable.is_readable(name):
        return [readable.UNREADABLE]
    return [] if len(name) <= NAME_CHARACTERS else [f"Use at most {NAME_CHARACTERS} characters; this has {len(name)}."]


def _purpose(purpose: str) -> list[str]:
    if not readable.is_readable(purpose, lines=True):
        return [readable.UNREADABLE]
    most = PURPOSE_CHARACTERS
    return [] if len(purpose) <= most else [f"Use at most {most} characters; this has {len(purpose)}."]


def _email(address: str) -> list[str]:
    try:
        if address:
            addresses.read(address)
    except ValidationError as wrong:
        return wrong.messages
    return []


def _problems_of_rights(rights: Rights, by: Actor) -> Errors:
    if rights.role and rights.role.tenant_id not in (None, by.tenant_id):
        return {"role": ["There is no such role."]}
    if problems := catalogue().problems(rights.grants):
        return {"grants": problems}
    if len(str(rights.grants)) > RIGHTS_LIMIT:
        return {"grants": [f"These grants take more than {RIGHTS_LIMIT:,} bytes. Give it a role instead."]}
    return {}


def read_grants(text: str) -> Grants:
    """From what somebody typed or sent. Raises ValidationError."""
    try:
        return Grants.parse(text, limit=None)
    except GrantError as error:
        raise ValidationError({"grants": str(error)}) from error


def _set(
    service_user: ServiceUser,
    action: Action,
    only_if: Q,
    by: Actor,
    *,
    told: dict[str, Any] | None = None,
    **values: Any,
) -> bool:
    """Conditional update: True for the one caller who changed it."""
    with transaction.atomic():
        changed = ServiceUser.objects.current().filter(only_if, pk=service_user.pk).update(**values)
        if changed:
            write(action, service_user, by, **(told or {}))
    service_user.refresh_from_db()
    return bool(changed)


def _fields(words: Words) -> dict[str, str]:
    return {"name": words.name.strip(), "purpose": words.purpose, "contact_email": words.contact_email}


def _told(rights: Rights) -> dict[str, Any]:
    return {"role": rights.role.key if rights.role else None, "grants": str(rights.grants)}
