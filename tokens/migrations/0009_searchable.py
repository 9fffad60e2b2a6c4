from typing import Any

from django.db import migrations


def write_entries(apps: Any, schema_editor: Any) -> None:
    """What was there before search had an index is found as well."""
    from accounts.search import Entry, Kind, add

    Membership, Token = apps.get_model("accounts", "Membership"), apps.get_model("tokens", "Token")
    for one in Membership.objects.select_related("user").iterator(2000):
        add(Entry(Kind.MEMBER, one.pk, one.tenant_id, one.user.name, one.user.email))
    for one in apps.get_model("accounts", "ServiceUser").objects.iterator(2000):
        add(Entry(Kind.SERVICE_USER, one.pk, one.tenant_id, one.name))
    for one in Token.objects.only("id", "tenant_id", "name").iterator(2000):
        add(
            Entry(Kind.TOKEN, one.pk, one.tenant_id, one.name),
            Entry(Kind.TOKEN_ID, one.pk, one.tenant_id, one.pk.hex[::-1]),
        )


class Migration(migrations.Migration):

    dependencies = [
        ('tokens', '0008_offers'),
        ('accounts', '0010_searchable'),
    ]

    operations = [migrations.RunPython(write_entries, migrations.RunPython.noop)]
