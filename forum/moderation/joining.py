"""One thread made of two, and two of one.

The order of a thread is the order of its posts' keys, so what is merged falls into its time, and
the earliest post opens the thread. Everything that hangs on a post follows it. The events of a
post stay in the thread where they happened: they are numbered there.
"""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _
from machina.core.db.models import get_model

from community.models import Person
from forum.live import events
from forum.live.models import Event, Thread
from forum.moderation import acts, tallies
from forum.moderation.arranging import (
    ask_everybody_again,
    hold,
    narrows,
    places_for,
    said_beside,
)
from forum.moderation.models import Act, Notice
from forum.moderation.signals import threads_merged
from forum.posting import Refused, slug_of
from forum.threads import Post, Topic

TopicPoll = get_model("forum_polls", "TopicPoll")

LONGEST_SPLIT = 500


def hold_both(one, other, by):
    """Both threads' rows, locked in the order of their keys, for a moderator of both."""
    held = {topic.pk: hold(topic, by) for topic in sorted((one, other), key=lambda t: t.pk)}
    return held[one.pk], held[other.pk]


def _tell_authors(verb, posts, *, by, space, topic, reason, undo):
    """The act, for the first whose words were carried, and a line for each other of them."""
    keys = sorted({post.poster_id for post in posts} - {by.pk})
    acts.tell_each(f"{verb}-with", keys[1:], by=by, space=space, topic=topic, reason=reason)
    first = Person.objects.get(pk=keys[0]) if keys else None
    return acts.leave(
        verb, by=by, space=space, topic=topic, concerns=first, reason=reason, undo=undo
    )


def tell_starter(verb, posts, *, by, space, topic, reason=""):
    """A line for whoever started the thread that these posts came into, or leave again, and wrote
    none of them."""
    if topic.poster_id not in {by.pk, *(post.poster_id for post in posts)}:
        acts.tell_each(verb, [topic.poster_id], by=by, space=space, topic=topic, reason=reason)


# --- Split ---------------------------------------------------------------------------------------


def chosen_posts(topic, keys, *, onwards=False):
    """The posts of a thread that may be split off together: these, or the first of these and all
    after it; never the opening post. At most one more than `LONGEST_SPLIT`."""
    posts = Post.objects.filter(topic_id=topic.pk, approved=True).exclude(pk=topic.first_post_id)
    posts = posts.filter(pk__gte=min(keys)) if onwards and keys else posts.filter(pk__in=keys)
    return posts.order_by("pk")[: LONGEST_SPLIT + 1]


@transaction.atomic
def split(topic, keys, *, by, subject, onwards=False, reason="", key=None):
    """Carry posts of a thread into a new one in the same space. `key` is the form's: the same
    again gives the same Act, whose `undo["new"]` is the new thread."""
    thread = hold(topic, by)
    key = str(key or uuid.uuid4())
    done = Act.objects.filter(verb="split", by=by, undo__key=key).first()
    if done:
        return done
    posts = list(chosen_posts(thread.topic, keys, onwards=onwards).select_for_update())
    if len(posts) > LONGEST_SPLIT:
        raise Refused(
            _("That is more than can be split off at once (%(count)d posts).")
            % {"count": LONGEST_SPLIT}
        )
    if not posts or (not onwards and len(posts) != len(set(keys))):
        raise Refused(_("Some of these posts were removed or moved meanwhile. Choose again."))
    space = topic.forum.space
    new = Topic.objects.create(
        forum=topic.forum,
        poster_id=posts[0].poster_id,
        subject=subject,
        slug=slug_of(subject),
        type=Topic.TOPIC_POST,
        status=thread.topic.status,
        approved=True,
    )
    beside = Thread.objects.create(topic=new, space=space)
    moved = [post.pk for post in posts]
    Post.objects.filter(pk__in=moved).update(topic=new)
    tallies.lock_forums(topic.forum_id)
    tallies.settle(topic.pk)
    tallies.settle(new.pk)
    tallies.shift(topic.forum_id, threads=1)
    events.append(thread, Event.Kind.CHANGED)
    tallies.bring(beside, events.append(beside, Event.Kind.CHANGED).pk)
    undo = {"new": new.pk, "posts": moved, "key": key}
    return _tell_authors("split", posts, by=by, space=space, topic=topic, reason=reason, undo=undo)


# --- Merge ---------------------------------------------------------------------------------------


def may_merge(source, target, by):
    """Whether the words of one thread may be carried into another."""
    origin, goal = source.forum.space, target.forum.space
    if source.pk == target.pk:
        return False
    return origin.pk == goal.pk or goal.pk in {space.pk for space in places_for(origin, by)}


def polls_collide(source, target):
    """Whether both threads have a poll: a thread holds one, and no vote is thrown away."""
    return TopicPoll.objects.filter(topic__in=[source.pk, target.pk]).count() > 1


@transaction.atomic
def merge(source, target, *, by, reason=""):
    """Carry every post of one thread into another; its address leads there from now on. Merging
    again what was merged is no change and gives None."""
    if source.pk != target.pk and _was_merged(source, target):
        return None
    thread, into = hold_both(source, target, by)
    origin, goal = source.forum.space, target.forum.space
    if not may_merge(source, target, by):
        raise Refused(_("These two threads cannot be merged."))
    if polls_collide(source, target):
        raise Refused(_("Both threads have a poll, and a thread holds one. Merge other threads."))
    posts = list(Post.objects.filter(topic_id=source.pk).only("pk", "poster_id", "approved"))
    bumped, count = into.bumped, thread.topic.posts_count
    poll = TopicPoll.objects.filter(topic_id=source.pk).values_list("pk", flat=True).first()
    TopicPoll.objects.filter(pk=poll).update(topic_id=target.pk)
    Post.objects.filter(topic_id=source.pk).update(topic_id=target.pk)
    tallies.lock_forums(source.forum_id, target.forum_id)
    Topic.objects.filter(pk=source.pk).update(
        approved=False, posts_count=0, last_post=None, last_post_on=None
    )
    tallies.settle(target.pk)
    tallies.shift(source.forum_id, posts=-count, threads=-1)
    tallies.shift(target.forum_id, posts=count)
    events.append(thread, Event.Kind.MOVED)
    event = events.append(into, Event.Kind.CHANGED)
    tallies.bring(into, event.pk)
    undo = {
        "source": source.pk,
        "target": target.pk,
        "to": goal.pk,
        "posts": [post.pk for post in posts],
        "poll": poll,
        "bumped": [bumped, event.pk],
        "notice": None,
    }
    undo["said"] = said_beside(source, target)
    if origin.pk != goal.pk:
        undo["notice"] = Notice.objects.create(topic=into.topic, space=origin, by=by).pk
        if narrows(origin, goal):
            ask_everybody_again()
    threads_merged.send(sender=Topic, source=source, target=target)
    seen = [post for post in posts if post.approved]
    tell_starter("merged-into", seen, by=by, space=goal, topic=into.topic, reason=reason)
    return _tell_authors(
        "merged", seen, by=by, space=origin, topic=target, reason=reason, undo=undo
    )


def _was_merged(source, target):
    return Topic.objects.filter(
        pk=source.pk, approved=False, first_post__topic_id=target.pk
    ).exists()
