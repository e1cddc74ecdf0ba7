"""Where threads stand: pinned, announced, or moved to another space.

Verbs as in `forum.posting`: each takes `by=`, asks the policy while it holds the thread's row,
leaves one event in the thread and one act for who is concerned. Each returns its Act, or None
where everything was so already: doing it twice is doing it once.
"""

import hashlib
import json
from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from community import access, roster
from forum import posting
from forum.live import events
from forum.live.models import Event, Thread
from forum.moderation import acts, tallies
from forum.moderation.models import Act, Announcement, Hold, Notice, Report
from forum.polls.models import Poll, Vote
from forum.posting import Refused
from forum.spaces.models import Space
from forum.threads import Post, Topic

VERBS = {
    Topic.TOPIC_POST: "unpinned",
    Topic.TOPIC_STICKY: "pinned",
    Topic.TOPIC_ANNOUNCE: "announced",
}


def hold(topic, by):
    """The thread's row, locked, for a moderator of the place where it stands now."""
    thread = posting.hold_thread(topic)
    thread.topic.forum = topic.forum
    access.standing_now(by)
    if not posting.may_moderate(topic, by):
        raise Refused(_("You may not do this."))
    if not thread.topic.approved:
        raise Refused(_("This thread was removed, or merged into another, meanwhile."))
    return thread


def concerned(person, by):
    """Whom an act concerns: nobody but oneself is nobody."""
    return person if person is not None and person.pk != by.pk else None


# --- Pinned and announced ------------------------------------------------------------------------


def pin(topic, *, by, reason=""):
    """Keep a thread on top of its space's list."""
    return _stand(topic, Topic.TOPIC_STICKY, by, reason)


def unpin(topic, *, by, reason=""):
    """Let a pinned thread or an announcement be like any other."""
    return _stand(topic, Topic.TOPIC_POST, by, reason)


def announce(topic, *, by, until=None, reason=""):
    """Put a thread above all others as the facilitators' word to the space, until a moment."""
    return _stand(topic, Topic.TOPIC_ANNOUNCE, by, reason, until)


@transaction.atomic
def _stand(topic, kind, by, reason, until=None):
    thread = hold(topic, by)
    before = how_it_stands(thread.topic)
    set_standing(thread, kind, until, by)
    after = how_it_stands(thread.topic)
    if after == before:
        return None
    return acts.leave(
        VERBS[kind],
        by=by,
        space=topic.forum.space,
        topic=topic,
        concerns=concerned(thread.topic.poster, by),
        reason=reason,
        undo={"before": before, "after": after},
    )


def how_it_stands(topic):
    """`[machina's type, until]` of a topic, as an act keeps it."""
    announcement = Announcement.objects.filter(topic_id=topic.pk).first()
    until = announcement.until if announcement else None
    return [topic.type, until and until.isoformat()]


def set_standing(thread, kind, until, by):
    """Write how a held thread stands; saying the same again is no change."""
    topic = thread.topic
    until = parse_datetime(until) if isinstance(until, str) else until
    if how_it_stands(topic) == [kind, until and until.isoformat()]:
        return
    if kind == Topic.TOPIC_ANNOUNCE:
        facts = {"by": by, "at": timezone.now(), "until": until}
        Announcement.objects.update_or_create(topic=topic, defaults=facts)
    else:
        Announcement.objects.filter(topic=topic).delete()
    topic.type = kind
    Topic.objects.filter(pk=topic.pk).update(type=kind, updated=timezone.now())
    events.append(thread, Event.Kind.CHANGED)


def end_announcements():
    """What was announced until a moment that has passed is a thread like any other. Returns how
    many; the clock does it, and leaves no act."""
    over = Announcement.objects.filter(until__lte=timezone.now()).values_list("pk", flat=True)
    ended = 0
    for pk in list(over):
        with transaction.atomic():
            thread = events.lock(pk)
            current = Announcement.objects.filter(pk=pk, until__lte=timezone.now()).first()
            if current:
                set_standing(thread, Topic.TOPIC_POST, None, current.by)
                ended += 1
    return ended


# --- Elsewhere -----------------------------------------------------------------------------------


def chains():
    """`{space key: [audience, …]}`: every audience that a reader of the space must pass, its own
    and those above it. One query, however many spaces."""
    spaces = list(Space.objects.select_related("forum", "audience"))
    return {
        space.pk: [
            above.audience
            for above in spaces
            if above.forum.tree_id == space.forum.tree_id
            and above.forum.lft <= space.forum.lft
            and above.forum.rght >= space.forum.rght
        ]
        for space in spaces
    }


def places_for(origin, by):
    """The spaces to which this moderator may carry words out of `origin`: those that they
    moderate too, and where nobody reads who could not read them before. Three queries."""
    standing, over = access.standing_of(by), chains()
    if not access.may_moderate(origin.audience, standing):
        return []
    return [
        space
        for space in Space.objects.open_to(by)
        if space.pk != origin.pk
        and access.may_moderate(space.audience, standing)
        and access.may_carry_between(over[origin.pk], over[space.pk])
    ]


def said_beside(*topics):
    """Stands for what is said about these threads beside their posts: titles, polls and votes,
    what waits and what was reported. Where it differs, something was said meanwhile."""
    keys = [topic.pk for topic in topics]
    in_threads = {"post__topic__in": keys}
    polls = Poll.objects.filter(topic__in=keys).order_by("pk")
    words = [
        Topic.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "subject"),
        polls.values_list("pk", "question", "max_options", "user_changes"),
        polls.values_list("ballot__closes_at", "ballot__closed_by"),
        polls.order_by("options").values_list("options", "options__text"),
        Vote.objects.filter(poll_option__poll__in=polls).order_by("pk").values_list("pk"),
        Hold.objects.filter(**in_threads).order_by("pk").values_list("pk", "version", "outcome"),
        Report.objects.filter(**in_threads).order_by("pk").values_list("pk", "outcome"),
    ]
    said = json.dumps([list(rows) for rows in words], cls=DjangoJSONEncoder)
    return hashlib.sha256(said.encode()).hexdigest()


def narrows(origin, target):
    """Whether some who read `origin` do not read `target`, so that nothing may be carried back."""
    over = chains()
    return not access.may_carry_between(over[target.pk], over[origin.pk])


@transaction.atomic
def move(topic, target, *, by, reason=""):
    """Carry a thread to another space. Where it stood, a notice stays for those who may read it
    in its new place; everybody else finds nothing."""
    thread = hold(topic, by)
    origin = topic.forum.space
    if origin.pk == target.pk:
        return None
    if target.pk not in {space.pk for space in places_for(origin, by)}:
        raise Refused(_("This thread cannot go to that space."))
    posts = list(Post.objects.filter(topic=topic).order_by("pk").values_list("pk", flat=True))
    bumped = thread.bumped
    event = put(thread, origin, target)
    notice = Notice.objects.create(topic=thread.topic, space=origin, by=by)
    undo = {
        "from": origin.pk,
        "to": target.pk,
        "posts": posts,
        "bumped": [bumped, event.pk],
        "notice": notice.pk,
        "said": said_beside(thread.topic),
    }
    starter = concerned(thread.topic.poster, by)
    acts.leave("received", by=by, space=target, topic=topic)
    acts.tell_other_authors(
        "moved-with", by=by, space=origin, topic=topic, besides=starter, reason=reason
    )
    return acts.leave(
        "moved", by=by, space=origin, topic=topic, concerns=starter, reason=reason, undo=undo
    )


def put(thread, origin, target):
    """Move a held thread's rows and both spaces' numbers, and ask every open socket again."""
    topic = thread.topic
    tallies.lock_forums(origin.forum_id, target.forum_id)
    Topic.objects.filter(pk=topic.pk).update(forum=target.forum_id, updated=timezone.now())
    Thread.objects.filter(pk=thread.pk).update(space=target)
    thread.space, topic.forum = target, target.forum
    tallies.shift(origin.forum_id, posts=-topic.posts_count, threads=-1)
    tallies.shift(target.forum_id, posts=topic.posts_count, threads=1)
    event = events.append(thread, Event.Kind.MOVED)
    tallies.bring(thread, event.pk)
    tallies.settle_space(origin.pk)
    ask_everybody_again()
    return event


def ask_everybody_again():
    """Who reads a thread may have changed: every open socket is asked anew, as after a change of
    anybody's standing."""
    roster.advance_epoch()
    transaction.on_commit(lambda: events.hint(events.STANDING))


NOTICED_DAYS = 14


def notices_in(space, person):
    """What moved away from a space lately, newest first, as far as this person may read it where
    it is now; at most ten. Nobody else learns that anything moved."""
    since = timezone.now() - timedelta(days=NOTICED_DAYS)
    return list(
        Notice.objects.filter(
            space=space,
            at__gt=since,
            topic__approved=True,
            topic__forum__space__in=Space.objects.open_to(person).values("pk"),
        )
        .exclude(topic__forum_id=space.forum_id)
        .select_related("topic__forum__space__audience__cohort", "topic__forum__space__forum")
        .order_by("-at", "-pk")[:10]
    )


# --- Removed -------------------------------------------------------------------------------------


@transaction.atomic
def take_away(post, *, by, reason=""):
    """Remove a post, or with its opening post a thread, as a facilitator who may put it back."""
    thread = posting.hold_thread(post.topic)
    if not thread.topic.approved or not Post.objects.filter(pk=post.pk, approved=True).exists():
        return None
    hold(post.topic, by)
    settled = posting.remove(post, by=by, reason=reason)
    if post.poster_id == by.pk:  # to posting it was an author's own doing
        space, undo = post.topic.forum.space, {"reports": settled}
        return acts.leave("removed", by=by, space=space, topic=post.topic, post=post, undo=undo)
    return Act.objects.filter(verb="removed", post=post, by=by).latest("pk")
