"""What one reader's own page of a thread adds to what all readers are shown, without a query of its
own: what they saved comes with the topic, and whom they muted with themselves.

The posts themselves are rendered once for everybody; this stands on the page around them.
"""

from dataclasses import dataclass

from django.db.models import OuterRef, Q

from community.gathered import Gathered
from forum.shelf import muting
from forum.shelf.models import Saved
from forum.threads import Topic


@dataclass(frozen=True)
class Margin:
    """`saved` holds keys of posts, `muted` of people whose posts are folded away here."""

    thread_saved: bool
    saved: tuple
    muted: frozenset


def kept_by(person):
    """What a topic brings along as `kept`: keys of its posts that this person saved, and None for
    the thread itself."""
    thing = Q(topic=OuterRef("pk")) | Q(post__topic=OuterRef("pk"))
    return Gathered(Saved.objects.filter(thing, person=person).order_by("pk"), "post_id")


def margin_of(person, topic, *, moderates):
    """The margin of a thread that was read with `kept_by`.

    A moderator sees everything unfolded, and everybody sees an announcement.
    """
    kept = [post for (post,) in topic.kept]
    muted = frozenset() if moderates else muting.muted_by(person)
    if topic.type == Topic.TOPIC_ANNOUNCE:
        muted -= {topic.poster_id}
    return Margin(
        thread_saved=None in kept,
        saved=tuple(post for post in kept if post is not None),
        muted=muted,
    )
