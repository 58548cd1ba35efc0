import flows.models.outbound
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('flows', '0005_publish_in_the_background'),
    ]

    operations = [
        migrations.AlterField(
            model_name='destination',
            name='number',
            field=models.CharField(help_text='With country code, such as +14155550123.', max_length=16, validators=[flows.models.outbound.validate_outbound]),
        ),
    ]
