"""The log of moderation, written by the verbs and by nobody else, inside their transaction."""

from forum.moderation.models import Act
from forum.threads import Post


def tell_other_authors(verb, *, by, space, topic, besides, reason=""):
    """One line for each who wrote in a thread that all its readers see change, but for `by` and
    for `besides`, who is told in words of their own. Two queries, however many they are."""
    posts = Post.objects.filter(topic_id=topic.pk, approved=True)
    told = {by.pk, besides.pk if besides else None}
    tell_each(verb, authors_of(posts) - told, by=by, space=space, topic=topic, reason=reason)


def authors_of(posts):
    """The keys of the members who wrote a queryset of posts."""
    active = posts.filter(poster__is_active=True).order_by()
    return set(active.values_list("poster_id", flat=True).distinct())


def tell_each(verb, keys, *, by, space, topic, reason=""):
    """One line for each of these people, beside the line of the act itself."""
    Act.objects.bulk_create(
        [
            Act(verb=verb, by=by, space=space, topic=topic, concerns_id=key, reason=reason)
            for key in sorted(keys)
        ]
    )


def leave(verb, *, by, space, topic=None, post=None, concerns=None, reason="", undo=None):
    """One line that `by` did this, for the person it concerns and the moderators of the space.

    `verb` is a word of code ("locked", "removed"); the pages of acts say it in the reader's
    language. `concerns` is whose words they were, None where nobody's. `undo` holds keys,
    numbers and sentences of the site: nothing that a post or a title says is ever kept here.
    """
    return Act.objects.create(
        verb=verb,
        by=by,
        space=space,
        topic=topic,
        post=post,
        concerns=concerns,
        reason=reason,
        undo=undo or {},
    )
