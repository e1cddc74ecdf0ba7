from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("revisions", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
    ]
