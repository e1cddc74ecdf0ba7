"""Every write to polls and votes. A verb takes `by=`, asks the policy, and writes in one
transaction under a row lock: the thread's for the poll itself, the ballot's for votes.

A ballot is secret: no verb, page, mail, event or log line tells who chose what, and no event is
sent for a vote, since a count that moves while two people are in a thread would tell.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import access
from forum import posting
from forum.live import events
from forum.live.models import Event
from forum.moderation import acts
from forum.polls.models import Ballot, Option, Poll, Vote
from forum.posting import Refused
from forum.spaces.models import may_write_in


def may_vote(topic, person):
    """Whoever may write in the space, while the thread is there and open."""
    if not topic.approved or topic.is_locked:
        return False
    return may_write_in(topic.forum.space, access.standing_of(person))


def may_add(topic, person):
    """Whoever started the thread, while it is open and they may write in it."""
    return topic.poster_id == person.pk and may_vote(topic, person)


def may_close(topic, person):
    """Whoever started the thread while they may read it, or a moderator."""
    space, standing = topic.forum.space, access.standing_of(person)
    own = topic.poster_id == person.pk and access.may_write(space.audience, standing)
    return own or access.may_moderate(space.audience, standing)


@transaction.atomic
def start(space, *, by, poll, **words):
    """A new thread, with a poll where `poll` holds the words of `add`. Returns its opening post."""
    post = posting.start(space, by=by, **words)
    # The same form sent again gave the same thread of theirs: it has its poll already.
    if poll and not Poll.objects.filter(topic_id=post.topic_id).exists():
        _open(post.topic, **poll)
    return post


@transaction.atomic
def add(topic, *, by, question, options, choices=1, days=None, may_change=True):
    """A poll for a thread of one's own that has none. `days` None: open until it is closed."""
    thread = posting.hold_thread(topic)
    access.standing_now(by)
    topic.status, topic.approved = thread.topic.status, thread.topic.approved
    if not may_add(topic, by):
        raise Refused(_("You can no longer add a poll to this thread."))
    if Poll.objects.filter(topic_id=topic.pk).exists():
        raise Refused(_("This thread has a poll already."))
    poll = _open(
        topic,
        question=question,
        options=options,
        choices=choices,
        days=days,
        may_change=may_change,
    )
    events.append(thread, Event.Kind.CHANGED)
    return poll


def _open(topic, *, question, options, choices, days, may_change):
    poll = Poll.objects.create(
        topic=topic,
        question=question,
        duration=days,
        max_options=choices,
        user_changes=may_change,
    )
    Ballot.objects.create(poll=poll, closes_at=_end(days))
    _offer(poll, options)
    return poll


def _end(days):
    return timezone.now() + timedelta(days=days) if days else None


def _offer(poll, options):
    Option.objects.bulk_create([Option(poll=poll, text=text) for text in options])


@transaction.atomic
def change(poll, *, by, question, options, choices=1, days=None, may_change=True):
    """Say it better before anybody has voted; afterwards the words stand as they were voted on."""
    ballot, topic = _locked(poll, by)
    if topic.poster_id != by.pk or not may_vote(topic, by):
        raise Refused(_("You can no longer change this poll."))
    if ballot.closed:
        raise Refused(_("This poll is closed. It stays as it is."))
    if _votes_in(poll).exists():
        raise Refused(
            _("Somebody has voted already, so the poll stays as it is. You can close it early.")
        )
    poll = ballot.poll
    poll.question, poll.max_options, poll.user_changes = question, choices, may_change
    if poll.duration != days:
        poll.duration, ballot.closes_at = days, _end(days)
        ballot.save(update_fields=["closes_at"])
    poll.save()
    poll.options.all().delete()
    _offer(poll, options)
    return poll


def _votes_in(poll):
    return Vote.objects.filter(poll_option__poll_id=poll.pk)


def _locked(poll, by):
    """`(ballot, topic)` as they are now, with the ballot's row locked and the standing read anew.

    Whoever votes, changes or closes waits here for the one before.
    """
    Ballot.objects.select_for_update().get(pk=poll.pk)
    ballot = Ballot.objects.select_related("poll__topic__forum__space__audience").get(pk=poll.pk)
    access.standing_now(by)
    return ballot, ballot.poll.topic


def _open_ballot(poll, by):
    ballot, topic = _locked(poll, by)
    if topic.approved and topic.is_locked:
        raise Refused(_("This thread is locked, so nobody votes in it now."))
    if not may_vote(topic, by):
        raise Refused(_("You can no longer vote here."))
    if ballot.closed:
        raise Refused(_("This poll is closed. Nobody votes in it any more."))
    return ballot


@transaction.atomic
def vote(poll, *, by, options):
    """Choose these options (their keys), in place of what was chosen before. The same choice again
    changes nothing, so a form that is sent twice is one vote."""
    ballot = _open_ballot(poll, by)
    poll, chosen = ballot.poll, set(options)
    if not chosen:
        raise Refused(_("Choose an answer first."))
    if not chosen <= set(poll.options.values_list("pk", flat=True)):
        raise Refused(_("Choose from the answers of this poll."))
    if len(chosen) > poll.max_options:
        raise Refused(
            ngettext(
                "Choose one answer only.",
                "Choose %(count)d answers at most.",
                poll.max_options,
            )
            % {"count": poll.max_options}
        )
    mine = _votes_in(poll).filter(voter=by)
    before = set(mine.values_list("poll_option_id", flat=True))
    if before == chosen:
        return
    if before and not poll.user_changes:
        raise Refused(_("You have voted already, and a vote in this poll cannot be changed."))
    mine.filter(poll_option__in=before - chosen).delete()
    Vote.objects.bulk_create([Vote(poll_option_id=pk, voter=by) for pk in chosen - before])


@transaction.atomic
def withdraw(poll, *, by):
    """Take one's whole vote back; whoever has none has nothing to take back."""
    ballot = _open_ballot(poll, by)
    mine = _votes_in(poll).filter(voter=by)
    if not mine.exists():
        return
    if not ballot.poll.user_changes:
        raise Refused(_("A vote in this poll cannot be changed."))
    mine.delete()


@transaction.atomic
def close(poll, *, by):
    """End a poll early, for good. Closing a closed one changes nothing."""
    thread = events.lock(poll.topic_id)
    ballot, topic = _locked(poll, by)
    if not topic.approved or not may_close(topic, by):
        raise Refused(_("You may not close this poll."))
    if ballot.closed:
        return
    ballot.closes_at, ballot.closed_by = timezone.now(), by
    ballot.save(update_fields=["closes_at", "closed_by"])
    if topic.poster_id != by.pk:
        acts.leave(
            "closed-poll", by=by, space=topic.forum.space, topic=topic, concerns=topic.poster
        )
    events.append(thread, Event.Kind.CHANGED)
