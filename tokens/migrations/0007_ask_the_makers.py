from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def ask_the_makers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Tenant tokens from before: their maker answers for them, by the latest membership in that tenant."""
    Token, Membership = apps.get_model("tokens", "Token"), apps.get_model("accounts", "Membership")
    theirs = Membership.objects.filter(user=models.OuterRef("created_by"), tenant=models.OuterRef("tenant"))
    latest = models.Subquery(theirs.order_by("-created_at").values("pk")[:1])
    Token.objects.filter(kind="tenant").update(responsible=latest)


class Migration(migrations.Migration):
    """A migration of its own: PostgreSQL alters no table in the transaction that has just changed its rows."""

    dependencies = [("tokens", "0006_responsible")]

    operations = [migrations.RunPython(ask_the_makers, migrations.RunPython.noop)]
