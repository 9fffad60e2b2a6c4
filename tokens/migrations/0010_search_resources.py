from itertools import batched
from typing import Any

from django.db import migrations

AT_ONCE = 1000


def write_entries(apps: Any, schema_editor: Any) -> None:
    """Resources, and service users by more than their names, are found by the same index from now on."""
    from accounts.search import Entry, Kind, add, change

    ServiceUser, Resource = (apps.get_model("accounts", name) for name in ("ServiceUser", "Resource"))
    for some in batched(ServiceUser.objects.iterator(AT_ONCE), AT_ONCE):
        change(
            *[
                Entry(Kind.SERVICE_USER, one.pk, one.tenant_id, one.name, f"{one.purpose} {one.contact_email}")
                for one in some
            ]
        )
    for some in batched(Resource.objects.iterator(AT_ONCE), AT_ONCE):
        add(*[Entry(Kind.RESOURCE, one.pk, one.tenant_id, one.name, one.external_id) for one in some])


class Migration(migrations.Migration):

    dependencies = [
        ('tokens', '0009_searchable'),
        ('accounts', '0012_tenant_deleted'),
    ]

    operations = [migrations.RunPython(write_entries, migrations.RunPython.noop)]
