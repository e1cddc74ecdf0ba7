"""Every write of reactions and of the answer that helped: under the thread's lock, with the policy
asked anew, counted by delta, and logged for everybody who is there."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from community import access
from forum import posting
from forum.live import events
from forum.live.models import Event
from forum.posting import Refused
from forum.reactions.models import Helped, Reaction, Tally
from forum.spaces.models import may_write_in
from forum.threads import Post


def may_say_what_helped(topic, person):
    """Whoever started the thread, and its moderators."""
    if not may_write_in(topic.forum.space, access.standing_of(person)):
        return False
    return topic.poster_id == person.pk or posting.may_moderate(topic, person)


def _hold(post, by):
    """The thread's row, locked, and the post as it stands, to somebody who may write there."""
    thread = posting.hold_thread(post.topic)
    space = post.topic.forum.space
    space.refresh_from_db(fields=["closed_at"])
    if not may_write_in(space, access.standing_now(by)):
        raise Refused(_("You can no longer write here."))
    current = Post.objects.filter(pk=post.pk, topic=thread.topic, approved=True).first()
    if current is None or not thread.topic.approved:
        raise Refused(_("This post is no longer here."))
    return thread, current


@transaction.atomic
def react(post, kind, *, by):
    """Say `kind` (a Reaction.Kind) of somebody else's post. Saying it again changes nothing."""
    thread, current = _hold(post, by)
    if current.poster_id == by.pk:
        raise Refused(_("This is your own post. Others can say this of it."))
    _row, new = Reaction.objects.get_or_create(post=current, person=by, kind=kind)
    if new:
        _count(thread, current, kind, 1)


@transaction.atomic
def take_back(post, kind, *, by):
    """No longer say it; whoever did not say it has nothing to take back."""
    thread, current = _hold(post, by)
    gone, _rows = Reaction.objects.filter(post=current, person=by, kind=kind).delete()
    if gone:
        _count(thread, current, kind, -1)


def _count(thread, post, kind, delta):
    column = Reaction.Kind(kind).value
    Tally.objects.get_or_create(post=post)
    Tally.objects.filter(post=post).update(**{column: F(column) + delta})
    events.append(thread, Event.Kind.REACTED, post)


@transaction.atomic
def mark_helped(post, *, by):
    """Say that this reply helped, in place of another one of the thread."""
    thread, current = _hold(post, by)
    topic = thread.topic
    if not may_say_what_helped(post.topic, by):
        raise Refused(_("Only whoever started the thread, or a facilitator, can say what helped."))
    if current.pk == topic.first_post_id:
        raise Refused(_("This post opens the thread. A reply can be the answer that helped."))
    before = Helped.objects.filter(post__topic=topic)
    if before.filter(post=current).exists():
        return
    for other in before.select_related("post"):
        _unmark(thread, other)
    Helped.objects.create(post=current, by=by)
    events.append(thread, Event.Kind.HELPED, current)


@transaction.atomic
def unmark_helped(post, *, by):
    """No longer say so; where nobody said it, nothing changes."""
    thread, current = _hold(post, by)
    if not may_say_what_helped(post.topic, by):
        raise Refused(_("Only whoever started the thread, or a facilitator, can say what helped."))
    for row in Helped.objects.filter(post=current).select_related("post"):
        _unmark(thread, row)


def _unmark(thread, row):
    post = row.post
    row.delete()
    events.append(thread, Event.Kind.HELPED, post)
