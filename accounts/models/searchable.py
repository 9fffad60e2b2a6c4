"""What is searched for by what it is called."""

from django.db import models

from accounts.models.tenants import Tenant

KIND_CHARACTERS = 16


class Searchable(models.Model):
    """The words by which something of a tenant is found, as `accounts.search` folds them; that alone writes and reads.

    `text` is what it is called, `more` what else people know it by. The pieces of both lie in `accounts_search_pieces`,
    which is no model: each database has its own sort of index for them.
    """

    kind = models.CharField(max_length=KIND_CHARACTERS)
    object_id = models.UUIDField()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.TextField()
    more = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="searchable_once")]
        indexes = [
            # How a text begins: PostgreSQL's own order of letters would not do for that.
            models.Index(
                fields=["tenant", "kind", "text"],
                name="searchable_beginning",
                opclasses=["uuid_ops", "varchar_ops", "text_pattern_ops"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
