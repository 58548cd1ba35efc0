from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("flows", "0012_figures_of_flows")]

    operations = [
        migrations.AddField(
            model_name="flow",
            name="languages",
            field=models.JSONField(
                blank=True,
                default=list,
                editable=False,
                help_text="The further languages callers may choose, with their voices.",
            ),
        )
    ]
