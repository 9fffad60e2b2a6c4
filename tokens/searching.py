"""Writing anew by what everything is found: after rows came into the database past the verbs."""

from collections.abc import Iterator
from itertools import batched

from django.db import connection, transaction

from accounts import findable, search
from accounts.models import Membership, Resource, ServiceUser
from tokens.findable import entries as token_entries
from tokens.models import Token

READ_AT_ONCE = 2000


def rebuild() -> int:
    """Forget all entries and write them anew, in one transaction; how many there are."""
    count = 0
    with transaction.atomic():
        search.drop_everything()
        for some in batched(_every(), READ_AT_ONCE):
            search.add(*some)
            count += len(some)
    get_acquainted()
    return count


def get_acquainted() -> None:
    """Let the database count its rows: SQLite takes every tenant for a small one until it is told otherwise.

    It reads ten thousand rows of each index; PostgreSQL does this by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 10000")
            cursor.execute("ANALYZE")


def _every() -> Iterator[search.Entry]:
    for membership in Membership.objects.select_related("user").iterator(READ_AT_ONCE):
        yield findable.member(membership)
    for one in ServiceUser.objects.iterator(READ_AT_ONCE):
        yield findable.service_user(one)
    yield from map(findable.resource, Resource.objects.iterator(READ_AT_ONCE))
    for token in Token.objects.only("id", "tenant_id", "name").iterator(READ_AT_ONCE):
        yield from token_entries(token)
