from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("spaces", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="space",
            name="bumped",
            field=models.BigIntegerField(default=0, editable=False),
        ),
    ]
