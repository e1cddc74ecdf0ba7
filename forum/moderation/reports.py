"""Telling the facilitators about a post, and deciding what becomes of it.

The name of whoever reports is shown to those who decide and to nobody else; whoever wrote the post
never learns that it was reported. Nobody decides on a report about their own post: where its
author is the only facilitator, it stays open until there is another.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from community import access
from forum import posting, threads
from forum.moderation import acts, outcomes
from forum.moderation.models import Report
from forum.posting import Refused


@transaction.atomic
def report(post, *, by, why, words=""):
    """Ask the facilitators to look at a post: `(report, whether it is new)`. One that this person
    already has open on it is returned as it is."""
    posting.hold_thread(post.topic)
    access.standing_now(by)
    readable = threads.readable_by(by)
    if not threads.Post.objects.filter(pk=post.pk, approved=True, topic__in=readable).exists():
        raise Refused(_("This post is no longer open to you."))
    if post.poster_id == by.pk:
        raise Refused(_("This is your own post. You can change it or remove it."))
    return Report.objects.get_or_create(
        post=post, by=by, outcome="", defaults={"why": why, "words": words}
    )


def open_on(post):
    """Whether anybody's report on the post waits for a decision."""
    return Report.objects.filter(post=post, outcome="").exists()


def may_decide(post, person):
    """Whether this person may decide on reports about the post: its moderators, if not its
    author."""
    return post.poster_id != person.pk and posting.may_moderate(post.topic, person)


@transaction.atomic
def decide(post, *, by, outcome, answer="", reason=""):
    """Close every open report on the post with one outcome: `answer` goes to those who reported,
    `reason` to the author of a post that is removed. Two who decide at once leave one act."""
    posting.hold_thread(post.topic)
    access.standing_now(by)
    if not may_decide(post, by):
        raise Refused(_("You may not decide on this report."))
    waiting = Report.objects.select_for_update().filter(post=post, outcome="")
    oldest = min((found.at for found in waiting), default=None)
    if oldest is None:
        raise Refused(_("Somebody has decided on this report already."))
    space = post.topic.forum.space
    if outcome == Report.Outcome.REMOVED:
        posting.remove(post, by=by, reason=reason, answer=answer)
        return
    if outcome == Report.Outcome.CHANGED:
        current = threads.Post.objects.get(pk=post.pk)
        if not current.updates_count or current.updated < oldest:
            raise Refused(
                _("The text is the same as when it was reported. Change it first, then come back.")
            )
    outcomes.settle(waiting, outcome, by=by, answer=answer)
    # It concerns nobody: the author does not learn of reports.
    acts.leave(f"report-{outcome}", by=by, space=space, topic=post.topic, post=post)
