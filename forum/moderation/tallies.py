"""What the rows of topics, forums and spaces say about their posts, brought right after posts or
threads changed their place. The caller holds the threads' rows, and the forums' by `lock_forums`.

Posting never counts; a facilitator's act upon many posts counts one thread, and moves the forums'
numbers by the difference.
"""

from django.db.models import F, Max
from machina.apps.forum.models import Forum

from forum.live.models import Thread
from forum.spaces.models import Space
from forum.threads import Post, Topic


def lock_forums(*forum_ids):
    """Lock the counters of these forums, always in the order of their keys: no deadlock."""
    rows = Forum.objects.select_for_update(no_key=True).filter(pk__in=forum_ids).order_by("pk")
    list(rows.values_list("pk"))


def settle(topic_id):
    """Make the topic's row say what its posts are; returns how many everybody may see. The lowest
    key opens the thread, and who wrote it started it; None opens a thread that has none left."""
    posts = Post.objects.filter(topic_id=topic_id, approved=True)
    first, last = posts.order_by("pk").first(), posts.order_by("pk").last()
    count = posts.count()
    facts = {"posts_count": count, "last_post": last, "last_post_on": last and last.created}
    if first:
        # A thread that was emptied keeps its opening post: its old address leads where that went.
        facts |= {"first_post": first, "poster_id": first.poster_id}
    Topic.objects.filter(pk=topic_id).update(**facts)
    return count


def shift(forum_id, *, posts=0, threads=0):
    """Move a forum's numbers by a difference, and find again which post is its last."""
    newest = (
        Topic.objects.filter(forum_id=forum_id, approved=True)
        .order_by("-last_post_on", "-pk")
        .first()
    )
    Forum.objects.filter(pk=forum_id).update(
        direct_posts_count=F("direct_posts_count") + posts,
        direct_topics_count=F("direct_topics_count") + threads,
        last_post_id=newest and newest.last_post_id,
        last_post_on=newest and newest.last_post_on,
    )


def bring(thread, number):
    """Posts came to a thread, or a thread to its space, with the event of this key: it is news
    there for everybody. A lower number takes that back."""
    thread.bumped = number
    Thread.objects.filter(pk=thread.pk).update(bumped=number)
    settle_space(thread.space_id)


def settle_space(space_id):
    """Make the space's `bumped` the greatest of its threads'."""
    greatest = Thread.objects.filter(space_id=space_id).aggregate(Max("bumped"))["bumped__max"]
    Space.objects.filter(pk=space_id).update(bumped=greatest or 0)
