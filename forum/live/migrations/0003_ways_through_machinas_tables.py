from django.db import migrations

# Indexes on machina's tables, not columns: a page of a thread and a page of a space's list are
# each one range of one index, however long the thread and however many threads there are.
INDEXES = {
    "hallway_posts_of_a_thread": "forum_conversation_post (topic_id, approved, id)",
    "hallway_posts_of_a_person": "forum_conversation_post (poster_id, approved, id)",
    "hallway_threads_of_a_space": (
        "forum_conversation_topic (forum_id, approved, type, last_post_on, id)"
    ),
}


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0002_news_in_a_space"),
        ("forum_conversation", "0013_auto_20201220_1745"),
    ]

    operations = [
        migrations.RunSQL(f"CREATE INDEX {name} ON {what}", f"DROP INDEX {name}")
        for name, what in INDEXES.items()
    ]
