import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Max


def number_what_is_there(apps, schema_editor):
    Thread = apps.get_model("live", "Thread")
    Event = apps.get_model("live", "Event")
    Space = apps.get_model("spaces", "Space")
    spaces = dict(Space.objects.values_list("forum_id", "pk"))
    for thread in Thread.objects.select_related("topic").iterator():
        thread.space_id = spaces[thread.topic.forum_id]
        posted = Event.objects.filter(thread=thread, kind="posted")
        thread.bumped = posted.aggregate(last=Max("pk"))["last"] or 0
        thread.save(update_fields=["space", "bumped"])
    for space in Space.objects.all():
        threads = Thread.objects.filter(space=space, topic__approved=True)
        space.bumped = threads.aggregate(last=Max("bumped"))["last"] or 0
        space.save(update_fields=["bumped"])


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0001_initial"),
        ("spaces", "0002_space_bumped"),
    ]

    operations = [
        migrations.AddField(
            model_name="thread",
            name="bumped",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="thread",
            name="space",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="threads",
                to="spaces.space",
            ),
        ),
        migrations.RunPython(number_what_is_there, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="thread",
            name="space",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="threads",
                to="spaces.space",
            ),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(fields=["space", "bumped"], name="news_in_a_space"),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("posted", "Posted"),
                    ("edited", "Edited"),
                    ("removed", "Removed"),
                    ("locked", "Locked"),
                    ("unlocked", "Unlocked"),
                    ("closed", "Closed"),
                    ("moved", "Moved"),
                    ("changed", "Changed"),
                ],
                max_length=12,
            ),
        ),
    ]
