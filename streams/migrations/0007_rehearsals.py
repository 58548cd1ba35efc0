
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('flows', '0001_initial'),
        ('streams', '0006_ask_for_a_summary_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='textmessage',
            name='status',
            field=models.CharField(choices=[('queued', 'waits to be sent'), ('sending', 'being sent'), ('sent', 'sent'), ('failed', 'not sent'), ('unclear', 'perhaps sent'), ('test', 'not sent: a test call')], db_index=True, default='queued', max_length=10),
        ),
        migrations.CreateModel(
            name='Rehearsal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='What was called: a draft, or which version.', max_length=120)),
                ('snapshot', models.JSONField()),
                ('digest', models.CharField(editable=False, help_text='SHA-256 of the snapshot.', max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('moment', models.DateTimeField(blank=True, help_text='When the call pretends to begin.', null=True)),
                ('note', models.CharField(blank=True, help_text='What was tried, for colleagues.', max_length=200)),
                ('document', models.PositiveIntegerField(default=0)),
                ('page', models.JSONField(blank=True, default=dict)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('flow', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rehearsals', to='flows.flow')),
            ],
            options={
                'verbose_name': 'test call',
                'ordering': ['-at'],
                'default_permissions': ('add', 'view'),
            },
        ),
        migrations.AddField(
            model_name='call',
            name='rehearsal',
            field=models.ForeignKey(blank=True, help_text='Set for a test call from the browser; no carrier has any part in it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='streams.rehearsal', verbose_name='test call'),
        ),
    ]
