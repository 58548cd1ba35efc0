from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('streams', '0031_attempts_without_version'),
    ]

    operations = [
        migrations.AddField(
            model_name='cue',
            name='when_denied',
            field=models.BooleanField(default=True, verbose_name='also when denied'),
        ),
    ]
