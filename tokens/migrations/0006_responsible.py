import django.db.models.deletion
from django.db import migrations, models

import tokens.kinds


class Migration(migrations.Migration):
    dependencies = [("tokens", "0005_service_tokens")]

    operations = [
        migrations.AddField(
            model_name="token",
            name="responsible",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers_for",
                to="accounts.membership",
            ),
        ),
        migrations.AddIndex(
            model_name="token",
            index=models.Index(
                condition=models.Q(("membership", None), ("responsible", None)),
                fields=["tenant", "ends_at", "id"],
                name="token_of_nobody",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("responsible", None), ("kind", tokens.kinds.Kind["TENANT"]), _connector="OR"
                ),
                name="token_responsible_is_for_tenants",
            ),
        ),
    ]
