"""Resources: what the product registers so that grants can be limited to it by name.

Grants hold type and id alone and are checked without this table: archiving something takes it out of the pickers and
leaves every token as it is. Whether a device is in a group is the product's to know.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import findable, search
from accounts.access import RESOURCES_READ, RESOURCES_WRITE, Actor
from accounts.catalogue import TargetType
from accounts.grants import Grant
from accounts.installed import catalogue
from accounts.models import Resource, ResourceQuerySet, Tenant
from accounts.models.resources import NAME_CHARACTERS, key_of, valid_target_id
from accounts.readable import UNREADABLE, is_readable
from accounts.vocabulary import listed
from accounts.words import NAMELESS, Names
from audit import clock
from audit.actions import Action
from audit.record import record, record_each

BULK_LIMIT = 500  # resources written in one transaction
ATTEMPTS = 3  # of an upsert that loses a race: what the winner made is there at the second


@dataclass(frozen=True, slots=True)
class Said:
    """One resource as the product tells of it. Without a name it is called by its id."""

    type: str
    external_id: str
    name: str = ""

    @property
    def target(self) -> tuple[str, str]:
        return self.type, self.external_id

    @property
    def called(self) -> str:
        return self.name.strip() or self.external_id


class Fate(StrEnum):
    """What an upsert did to one resource."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


def known_to(by: Actor) -> ResourceQuerySet:
    """The tenant's, archived ones too."""
    by.must(RESOURCES_READ)
    assert by.tenant
    return Resource.objects.in_tenant(by.tenant)


def names(grants: Iterable[Grant], tenant: Tenant) -> Names:
    """What the targets of `grants` are called in `tenant`: one query, and none when nothing has a target."""
    targets = {grant.target for grant in grants if grant.target_type}
    if not targets:
        return NAMELESS
    return {one.target: one.name for one in Resource.objects.in_tenant(tenant).named_by(targets)}


def register(said: Said, *, by: Actor) -> Resource:
    """A new one, by hand. Raises ValidationError by field, also when it is registered already."""
    by.must(RESOURCES_WRITE)
    assert by.tenant
    _validate(said)
    try:
        with transaction.atomic():
            [made] = _make([said], by)
    except IntegrityError:
        known = Resource.objects.get(tenant=by.tenant, type=said.type, external_id=said.external_id)
        state = " and archived: restore it instead" if known.archived_at else ""
        raise ValidationError({"external_id": f"This is registered already as “{known.name}”{state}."}) from None
    return made


def put(said: Said, *, by: Actor) -> tuple[Resource, bool]:
    """The resource of that type and id, with that name, and whether it is new. An archived one comes back."""
    by.must(RESOURCES_WRITE)
    _validate(said)
    [(found, fate)] = _upserted([said], by)
    return found, fate is Fate.NEW


def put_many(said: list[Said], *, by: Actor) -> list[Fate]:
    """The same for many, all of them or none: what became of each.

    Raises ValidationError with a field for each row that is wrong: "resources.7.external_id".
    """
    by.must(RESOURCES_WRITE)
    if len(said) > BULK_LIMIT:
        raise ValidationError({"resources": f"Send at most {BULK_LIMIT} at once; these are {len(said)}."})
    if errors := _wrong_rows(said):
        raise ValidationError(errors)
    return [fate for _, fate in _upserted(said, by)]


def rename(resource: Resource, name: str, *, by: Actor) -> None:
    """Another name; type and id never change."""
    by.must(RESOURCES_WRITE, on=resource)
    if problems := _name_problems(name):
        raise ValidationError({"name": problems})
    with transaction.atomic():
        [locked] = _locked([resource.target], by)
        if _rename(locked, name.strip(), by):
            search.change(findable.resource(locked))
    resource.refresh_from_db()


def archive(resource: Resource, *, by: Actor) -> bool:
    """Out of every picker. What tokens may do does not change. False if it was archived already."""
    now = clock.now()
    return _switch(
        resource, Action.RESOURCE_ARCHIVED, by, lambda all_: all_.live().update(archived_at=now, updated_at=now)
    )


def restore(resource: Resource, *, by: Actor) -> bool:
    """Back into the pickers. False if it was there."""
    now = clock.now()
    return _switch(
        resource, Action.RESOURCE_RESTORED, by, lambda all_: all_.archived().update(archived_at=None, updated_at=now)
    )


def types() -> list[TargetType]:
    """What there can be, in the order of the catalogue: every kind of target that some right takes."""
    found = {target.key: target for one in catalogue().resources for target in one.targets}
    return list(found.values())


def _switch(resource: Resource, action: Action, by: Actor, change: Callable[[ResourceQuerySet], int]) -> bool:
    """A conditional update: whoever comes second changes nothing and writes nothing."""
    by.must(RESOURCES_WRITE, on=resource)
    with transaction.atomic():
        changed = bool(change(Resource.objects.filter(pk=resource.pk)))
        if changed:
            record(action, by=by.ref, origin=by.origin, tenant_id=resource.tenant_id, on=resource.ref)
    resource.refresh_from_db()
    return changed


def _upserted(said: list[Said], by: Actor) -> list[tuple[Resource, Fate]]:
    """In the order in which they were told."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _upsert(said, by)
        except IntegrityError:  # somebody registered one of them between our look and our write
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("every attempt returns or raises")


def _upsert(said: list[Said], by: Actor) -> list[tuple[Resource, Fate]]:
    known = {one.target: one for one in _locked([one.target for one in said], by)}
    made = {one.target: one for one in _make([one for one in said if one.target not in known], by)}
    fates = [
        (made[one.target], Fate.NEW) if one.target in made else (known[one.target], _told(known[one.target], one, by))
        for one in said
    ]
    search.change(*[findable.resource(one) for one, fate in fates if fate is Fate.CHANGED])
    return fates


def _told(resource: Resource, said: Said, by: Actor) -> Fate:
    """It exists, says the product: so it is there, and without a name it keeps the one that it has."""
    restored = _bring_back(resource, by)
    renamed = bool(said.name.strip()) and _rename(resource, said.called, by)
    return Fate.CHANGED if restored or renamed else Fate.SAME


def _locked(targets: list[tuple[str, str]], by: Actor) -> ResourceQuerySet:
    """In one order, so that two who change many at once do not wait for each other."""
    assert by.tenant
    return Resource.objects.in_tenant(by.tenant).named_by(targets).order_by("pk").select_for_update()


def _make(said: list[Said], by: Actor) -> list[Resource]:
    assert by.tenant
    made = [
        Resource(
            tenant=by.tenant,
            type=one.type,
            external_id=one.external_id,
            name=one.called,
            name_key=key_of(one.called),
            created_at=(now := clock.now()),
            updated_at=now,
        )
        for one in sorted(said, key=lambda one: one.target)
    ]
    Resource.objects.bulk_create(made)
    search.add(*map(findable.resource, made))
    refs = [one.ref for one in made]
    record_each(Action.RESOURCE_REGISTERED, refs, by=by.ref, origin=by.origin, tenant_id=by.tenant.pk)
    return made


def _rename(resource: Resource, name: str, by: Actor) -> bool:
    if resource.name == name:
        return False
    before = resource.name
    resource.name, resource.name_key, resource.updated_at = name, key_of(name), clock.now()
    resource.save(update_fields=["name", "name_key", "updated_at"])
    _write(Action.RESOURCE_RENAMED, resource, by, before=before, after=name)
    return True


def _bring_back(resource: Resource, by: Actor) -> bool:
    if resource.archived_at is None:
        return False
    resource.archived_at, resource.updated_at = None, clock.now()
    resource.save(update_fields=["archived_at", "updated_at"])
    _write(Action.RESOURCE_RESTORED, resource, by)
    return True


def _write(action: Action, resource: Resource, by: Actor, **detail: str) -> None:
    record(action, by=by.ref, origin=by.origin, tenant_id=resource.tenant_id, on=resource.ref, **detail)


def _validate(said: Said) -> None:
    if errors := _problems(said):
        raise ValidationError(errors)


def _wrong_rows(said: list[Said]) -> dict[str, list[str]]:
    """Of up to BULK_LIMIT rows, everything that is wrong with each."""
    errors: dict[str, list[str]] = {}
    rows: dict[tuple[str, str], int] = {}
    for number, one in enumerate(said):
        found = _problems(one)
        if rows.setdefault(one.target, number) != number:
            found.setdefault("external_id", []).append(f"This is the same as row {rows[one.target]}. Send it once.")
        errors |= {f"resources.{number}.{field}": problems for field, problems in found.items()}
    return errors


def _problems(said: Said) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    known = [one.key for one in types()]
    if said.type not in known:
        found["type"] = [f"There is no such type. Use {listed(known, 'or')}." if known else "There are no types."]
    try:
        valid_target_id(said.external_id)
    except ValidationError as error:
        found["external_id"] = error.messages
    if said.name.strip() and (problems := _name_problems(said.name)):
        found["name"] = problems
    return found


def _name_problems(name: str) -> list[str]:
    name = name.strip()
    if not name:
        return ["Give it a name."]
    if not is_readable(name):
        return [UNREADABLE]
    return [f"Use at most {NAME_CHARACTERS} characters; this has {len(name)}."] if len(name) > NAME_CHARACTERS else []
