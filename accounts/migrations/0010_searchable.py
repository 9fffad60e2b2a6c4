from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def make_pieces(apps: Any, schema_editor: Any) -> None:
    """An index of its own sort on each database; see accounts.search."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE VIRTUAL TABLE accounts_search_pieces USING fts5(pieces, content='', detail=none, columnsize=0)"
        )
        return
    schema_editor.execute("CREATE TABLE accounts_search_pieces (entry_id bigint PRIMARY KEY, pieces bigint[] NOT NULL)")
    schema_editor.execute("CREATE INDEX search_pieces ON accounts_search_pieces USING gin (pieces) WITH (fastupdate = off)")


def drop_pieces(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TABLE accounts_search_pieces")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_resources'),
    ]

    operations = [
        migrations.CreateModel(
            name='Searchable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('object_id', models.UUIDField()),
                ('text', models.TextField()),
                ('more', models.TextField(blank=True)),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'kind', 'text'], name='searchable_beginning', opclasses=['uuid_ops', 'varchar_ops', 'text_pattern_ops'])],
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='searchable_once')],
            },
        ),
        migrations.RunPython(make_pieces, drop_pieces),
    ]
