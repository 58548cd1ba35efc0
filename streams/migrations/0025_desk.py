
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('flows', '0017_cost_centre'),
        ('streams', '0024_callers_of_steps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='call',
            options={'ordering': ['-began_at'], 'permissions': [('view_transcript', 'Can read what was said'), ('view_number', 'Can see whole numbers'), ('watch_calls', 'Can watch calls at the operations desk'), ('listen_in', 'Can listen to calls while they go on')]},
        ),
        migrations.AddField(
            model_name='call',
            name='process',
            field=models.CharField(blank=True, help_text='The path of the web process that carries its stream (PROCESS_PATH).', max_length=40),
        ),
        migrations.CreateModel(
            name='DeskAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('done_by', models.CharField(max_length=160, verbose_name='who')),
                ('call_named', models.CharField(blank=True, max_length=64, verbose_name='the carrier’s name for the call')),
                ('flow_named', models.CharField(blank=True, max_length=120, verbose_name='the flow’s name')),
                ('act', models.CharField(max_length=30)),
                ('data', models.JSONField(blank=True, default=dict)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='desk_acts', to='streams.call')),
                ('flow', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='flows.flow')),
            ],
            options={
                'verbose_name': 'act at the desk',
                'verbose_name_plural': 'acts at the desk',
                'ordering': ['-at', '-pk'],
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['call', '-at'], name='desk_acts_on_a_call')],
            },
        ),
    ]
