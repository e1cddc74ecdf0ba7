"""Hosting a live session in a thread. Verbs as in `forum.posting`: each asks the policy while it
holds the thread's row, and leaves one event that brings the panel anew to every reader.

A session ends by the clock: nothing is written when it does. `end` ends it before that.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.hosting.models import Pin, Session
from forum.hosting.pace import PACES
from forum.live import events
from forum.live.models import Event, Thread
from forum.moderation import arranging
from forum.posting import Refused
from forum.spaces.models import Space
from forum.threads import Post

SHORTEST, LONGEST = 5, 240  # minutes
MOST_PINS = 5


def session_of(topic):
    """The session whose panel stands in a thread, live or over, or None."""
    return Session.objects.filter(topic=topic.pk, former=False).select_related("host").first()


def live_session_of(topic):
    """The session of a held thread while it is live; it is refused afterwards."""
    session = session_of(topic)
    if session is None or not session.is_live:
        raise Refused(_("This session is over."))
    return session


@transaction.atomic
def start(topic, *, by, kind=Session.Kind.HALLWAY, minutes=60):
    """Turn a thread into a live session for so many minutes; `by` is its host. The one before it
    becomes a former one. Refused while one is live, and where nobody can write."""
    thread = arranging.hold(topic, by)
    # Under its lock: whoever closes the space ends what was begun before, and nothing begins after.
    spaces = Space.objects.select_for_update(no_key=True).filter(pk=thread.space_id)
    if spaces.values_list("closed_at", flat=True).get():
        raise Refused(_("This space is closed, so nothing can be hosted in it."))
    if thread.topic.is_locked:
        raise Refused(_("This thread is locked. Open it first, so that people can ask."))
    now = timezone.now()
    end = _end_in_bounds(now, now, minutes)
    before = session_of(topic)
    if before is not None and before.is_live:
        raise Refused(_("A session is live in this thread already."))
    Session.objects.filter(topic=topic.pk, former=False).update(former=True)
    session = Session.objects.create(
        topic=thread.topic, kind=kind, host=by, started_at=now, ends_at=end
    )
    _tell(thread, live_until=end, slow=0)
    return session


def _end_in_bounds(started, since, minutes):
    end = since + timedelta(minutes=minutes)
    if not SHORTEST <= minutes <= LONGEST or end - started > timedelta(minutes=LONGEST):
        raise Refused(
            _("A session lasts from %(shortest)d minutes to %(longest)d hours.")
            % {"shortest": SHORTEST, "longest": LONGEST // 60}
        )
    return end


def _tell(thread, **facts):
    """One event; before it what the thread's own row says of the session."""
    if facts:
        Thread.objects.filter(pk=thread.pk).update(**facts)
    events.append(thread, Event.Kind.SESSION)


@transaction.atomic
def extend(topic, *, by, minutes):
    """Let a live session end so many minutes later."""
    thread = arranging.hold(topic, by)
    session = live_session_of(topic)
    session.ends_at = _end_in_bounds(session.started_at, session.ends_at, minutes)
    session.save(update_fields=["ends_at"])
    _tell(thread, live_until=session.ends_at)
    return session


@transaction.atomic
def end(topic, *, by):
    """End a session before its time. Ending one that is over changes nothing."""
    return _end(arranging.hold(topic, by), topic, by)


def _end(thread, topic, by):
    session = session_of(topic)
    if session is None or not session.is_live:
        return None
    session.ends_at, session.ended_by = timezone.now(), by
    session.save(update_fields=["ends_at", "ended_by"])
    _tell(thread, live_until=None, slow=0)
    return session


def end_all_in(space, *, by):
    """End what is live in a space that was just closed, each in a transaction of its own: whoever
    writes holds the thread before the space, so nobody may hold the space here."""
    live = Thread.objects.filter(space=space, live_until__gt=timezone.now())
    for pk in list(live.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            thread = events.lock(pk)
            if thread.space_id == space.pk:
                _end(thread, thread.topic, by)


@transaction.atomic
def slow_down(topic, *, by, seconds):
    """Let each person who does not moderate reply once in so many seconds while the session is
    live; 0 lifts that. The same again is no change."""
    thread = arranging.hold(topic, by)
    live_session_of(topic)
    if seconds not in (0, *PACES):
        raise Refused(_("Choose one of the times for slow mode."))
    if thread.slow != seconds:
        _tell(thread, slow=seconds)


# --- Pins ---------------------------------------------------------------------------------------


@transaction.atomic
def pin(post, *, by):
    """Put a post of the thread into the panel of its session. Pinning twice is pinning once."""
    thread = arranging.hold(post.topic, by)
    session = live_session_of(post.topic)
    if not Post.objects.filter(pk=post.pk, topic=thread.topic, approved=True).exists():
        raise Refused(_("This post is no longer in the thread."))
    pins = Pin.objects.filter(session=session)
    if pins.filter(post=post).exists():
        return
    if pins.filter(post__approved=True, post__topic=thread.topic).count() >= MOST_PINS:
        raise Refused(
            _("%(count)d posts are pinned, and that is the most. Take one off first.")
            % {"count": MOST_PINS}
        )
    Pin.objects.create(session=session, post=post, by=by)
    _tell(thread)


@transaction.atomic
def unpin(post, *, by):
    """Take a post off the panel; the post itself stays where it is."""
    thread = arranging.hold(post.topic, by)
    gone, _rows = Pin.objects.filter(
        session__topic=post.topic_id, session__former=False, post=post
    ).delete()
    if gone:
        _tell(thread)


# --- Threads that are merged ----------------------------------------------------------------------


def carry(source, target):
    """What was hosted in a thread is found in the one it was merged into. What was live ends; it
    stands on top where nothing was hosted there before, and whoever is there sees it come."""
    now = timezone.now()
    theirs = Session.objects.filter(topic=source.pk)
    theirs.filter(ends_at__gt=now).update(ends_at=now)
    Thread.objects.filter(pk=source.pk).update(live_until=None, slow=0)
    hosted_before = Session.objects.filter(topic=target.pk, former=False).exists()
    if hosted_before:
        theirs.update(former=True)
    if theirs.update(topic=target.pk, came_from=source.pk) and not hosted_before:
        events.append(events.lock(target.pk), Event.Kind.SESSION)


def give_back(thread, into):
    """A merge was taken back, and with it goes what was hosted before in the `thread` that was
    merged `into` the other, both held. Whoever is in either sees it come and go."""
    theirs = Session.objects.filter(came_from=thread.pk)
    if not theirs.update(topic=thread.pk, came_from=None, former=True):
        return
    for each in (thread, into):
        _show_the_newest(each)
        events.append(each, Event.Kind.SESSION)


def _show_the_newest(thread):
    """Where nothing stands on top of a thread, but something was hosted in it."""
    sessions = Session.objects.filter(topic=thread.pk)
    newest = sessions.first()
    if newest and not sessions.filter(former=False).exists():
        newest.former = False
        newest.save(update_fields=["former"])
