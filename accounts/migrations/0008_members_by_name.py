from typing import Any

from django.db import migrations, models

FIELD = 600
AT_ONCE = 500


def list_them(apps: Any, schema_editor: Any) -> None:
    """What `accounts.models.listing_of` said when this was written."""
    membership = apps.get_model("accounts", "Membership")
    changed = []
    for one in membership.objects.select_related("user").iterator(AT_ONCE):
        one.listed_as = f"{one.user.name} {one.user.email}".casefold()[:FIELD]
        changed.append(one)
    membership.objects.bulk_update(changed, ["listed_as"], batch_size=AT_ONCE)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_invitations'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='listed_as',
            field=models.CharField(default='', editable=False, max_length=600),
        ),
        migrations.RunPython(list_them, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['tenant', 'listed_as', 'id'], name='membership_by_name'),
        ),
    ]
