import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('home', '0003_coming_to_webinars'),
    ]

    operations = [
        migrations.AddField(
            model_name='webinarpage',
            name='places',
            field=models.PositiveIntegerField(blank=True, help_text='How many may come; empty where there is no limit. Fewer than come already sends nobody away.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='places'),
        ),
    ]
