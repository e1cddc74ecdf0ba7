"""What the rows should say, by counting; for the tests of every verb that moves posts."""

from machina.apps.forum.models import Forum

from forum.live.models import Event, Thread
from forum.spaces.models import Space
from forum.threads import Post, Topic


def counted(forum_id):
    """What the counters should say, by counting."""
    posts = Post.objects.filter(topic__forum_id=forum_id, topic__approved=True, approved=True)
    return posts.count(), Topic.objects.filter(forum_id=forum_id, approved=True).count()


def assert_counters_are_right():
    for forum in Forum.objects.all():
        assert (forum.direct_posts_count, forum.direct_topics_count) == counted(forum.pk)
        newest = Topic.objects.filter(forum=forum, approved=True).order_by("-last_post_on").first()
        assert forum.last_post_id == (newest and newest.last_post_id)
    for topic in Topic.objects.filter(approved=True):
        keys = sorted(topic.posts.filter(approved=True).values_list("pk", flat=True))
        assert (topic.posts_count, topic.first_post_id, topic.last_post_id) == (
            len(keys),
            keys[0],
            keys[-1],
        )
        assert topic.thread.space.forum_id == topic.forum_id
    for space in Space.objects.all():
        assert space.bumped == max([thread.bumped for thread in space.threads.all()], default=0)
    for thread in Thread.objects.all():
        seqs = list(Event.objects.filter(thread=thread).values_list("seq", flat=True))
        assert seqs == list(range(1, thread.seq + 1))
