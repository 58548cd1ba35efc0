"""Steps are counted by callers as well as by times: every day is rolled up anew, a few at each sweep."""

from typing import Any

from django.db import migrations, models


def begin_again(apps: Any, _: Any) -> None:
    """Roll-ups that know no zone are made anew (`figures.rollups`)."""
    apps.get_model("streams", "RollUps").objects.update(zone="")


class Migration(migrations.Migration):
    dependencies = [("streams", "0023_limits_of_one_flow")]

    operations = [
        *(
            migrations.AddField("stepfigures", name, models.PositiveIntegerField(default=0))
            for name in ("silent", "not_understood", "left")
        ),
        migrations.RunPython(begin_again, migrations.RunPython.noop),
    ]
