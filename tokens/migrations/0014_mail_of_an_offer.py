from django.db import migrations, models

import audit.clock


class Migration(migrations.Migration):

    dependencies = [
        ('tokens', '0013_of_member'),
    ]

    operations = [
        migrations.AddField(
            model_name='offer',
            name='sent_at',
            field=models.DateTimeField(default=audit.clock.now, editable=False),
        ),
        migrations.AddField(
            model_name='offer',
            name='undelivered',
            field=models.BooleanField(default=False),
        ),
    ]
