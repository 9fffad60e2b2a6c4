"""What rights may be limited to: the tenant's projects, libraries, devices, as the product registers them."""

import re
from collections.abc import Iterable
from typing import Self

from django.core.validators import RegexValidator
from django.db import connection, models
from django.db.models import Q

from accounts.grant import ID
from accounts.models.tenants import Tenant
from audit import clock
from audit.ids import uuid7
from audit.record import Ref

NAME_CHARACTERS = 200
TYPE_CHARACTERS = 64
TARGET_ID_CHARACTERS = 128
LAST_CHARACTER = "\U0010ffff"

valid_target_id = RegexValidator(re.compile(rf"\A{ID.pattern}\Z"), "Use 1 to 128 of letters, digits and . _ ~ -")


class ResourceQuerySet(models.QuerySet["Resource"]):
    def in_tenant(self, tenant: Tenant) -> Self:
        return self.filter(tenant=tenant)

    def live(self) -> Self:
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False)

    def of_types(self, types: Iterable[str]) -> Self:
        return self.filter(type__in=list(types))

    def named_by(self, targets: Iterable[tuple[str, str]]) -> Self:
        """By pairs of type and id, as grants name them."""
        by_type: dict[str, list[str]] = {}
        for type_, external_id in targets:
            by_type.setdefault(type_, []).append(external_id)
        named = Q(pk__in=[])
        for type_, ids in by_type.items():
            named |= Q(type=type_, external_id__in=ids)
        return self.filter(named)

    def of_id(self, text: str) -> Self:
        return self.filter(external_id=text)

    def named_from(self, text: str) -> Self:
        """Whose name begins with `text`, in any case, but not those of that very id."""
        return self.filter(~Q(external_id=text), _begins("name_key", key_of(text)))

    def not_named_from(self, text: str) -> Self:
        """All that are found neither by that id nor so."""
        return self.filter(~Q(external_id=text), ~_begins("name_key", key_of(text)))

    def of_ids_from(self, text: str) -> Self:
        """Whose id begins with `text`, of those."""
        return self.not_named_from(text).filter(_begins("external_id", text))


class Resource(models.Model):
    """A target of grants. `type` is a target type of the catalogue, `external_id` the product's own id for it.

    `name_key` is the name as lists sort and search it: an index on it serves both. Grants hold type and id alone, so
    nothing that happens to this row changes what a token may do.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    type = models.CharField(max_length=TYPE_CHARACTERS)
    external_id = models.CharField(max_length=TARGET_ID_CHARACTERS, validators=[valid_target_id])
    name = models.CharField(max_length=NAME_CHARACTERS)
    name_key = models.CharField(max_length=NAME_CHARACTERS)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now)
    archived_at = models.DateTimeField(null=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "type", "external_id"], name="resource_once")]
        indexes = [
            models.Index(fields=["tenant", "name_key", "id"], name="resource_by_name"),
            models.Index(
                fields=["tenant", "type", "name_key", "id"], condition=Q(archived_at=None), name="resource_of_type"
            ),
            # PostgreSQL finds what begins with a text by these alone; SQLite needs only the second one.
            models.Index(
                fields=["tenant", "name_key"],
                opclasses=["uuid_ops", "varchar_pattern_ops"],
                name="resource_name_begins",
            ),
            models.Index(
                fields=["tenant", "external_id", "id"],
                opclasses=["uuid_ops", "varchar_pattern_ops", "uuid_ops"],
                name="resource_id_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> Ref:
        return Ref("resource", str(self.pk), f"{self.name} ({self.type}={self.external_id})")

    @property
    def target(self) -> tuple[str, str]:
        """Type and id, as a grant names it."""
        return self.type, self.external_id


def key_of(name: str) -> str:
    """A name as it is sorted and searched. Casefolding may make it longer than the column."""
    return name.casefold()[:NAME_CHARACTERS]


def _begins(field: str, text: str) -> Q:
    """Every database has its own way to ask an index what begins with a text: SQLite by a range of bytes.

    PostgreSQL by LIKE; that nothing sorts before its own beginning lets it skip what is before in a list by name.
    """
    if connection.vendor != "sqlite":
        return Q(**{f"{field}__startswith": text, f"{field}__gte": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + LAST_CHARACTER})
