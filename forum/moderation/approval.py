"""Deciding on posts that wait, and what their author may do meanwhile.

The thread's row is locked before the hold is read, so of two who decide at once the second finds
it decided. Nobody decides on a post of their own.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from forum import posting
from forum.moderation import acts
from forum.moderation.models import Hold
from forum.posting import Refused
from forum.spaces.models import may_write_in


def may_decide(hold, person):
    """Whether this person may let the post in or decline it."""
    return hold.post.poster_id != person.pk and posting.may_moderate(hold.post.topic, person)


def _locked(hold):
    """The hold as it is now, and its thread's row: both locked until the transaction ends."""
    thread = posting.hold_thread(hold.post.topic)
    current = Hold.objects.select_for_update(of=["self"]).select_related("post").get(pk=hold.pk)
    if current.post.topic_id != thread.pk:
        raise Refused(_("This post is in another thread now. Open it there, and try again."))
    current.post.topic = hold.post.topic
    return current, thread


def _decided(hold, outcome, by, answer=""):
    hold.outcome, hold.decided_by, hold.decided_at = outcome, by, timezone.now()
    hold.answer = answer
    hold.save(update_fields=["outcome", "decided_by", "decided_at", "answer"])


def _opens_thread(hold, thread):
    return thread.topic.first_post_id == hold.post_id


def _ask(hold, by, outcome):
    """Whether there is still something to decide; False where it was decided in the same way."""
    access.standing_now(by)
    if not may_decide(hold, by):
        raise Refused(_("You may not decide on this post."))
    if hold.outcome == outcome:
        return False
    if hold.outcome == Hold.Outcome.WITHDRAWN:
        raise Refused(_("Its author has withdrawn it."))
    if hold.outcome:
        raise Refused(_("Somebody else has decided on this post already."))
    return True


@transaction.atomic
def approve(hold, *, by, version):
    """Let a waiting post in, as if it were said now; returns the post. `version` is the one that
    `by` has read: a text that was changed meanwhile is not let in unread."""
    current, thread = _locked(hold)
    post = current.post
    if not _ask(current, by, Hold.Outcome.APPROVED):
        return post
    if current.version != version:
        raise Refused(_("Its author has changed it since you read it. Read it again."))
    space = post.topic.forum.space
    author = access.standings_of([post.poster_id]).get(post.poster_id, access.VISITOR)
    if not may_write_in(space, author):
        raise Refused(_("Its author can no longer write here, so it cannot be posted."))
    if not thread.topic.approved and not _opens_thread(current, thread):
        raise Refused(_("The thread was removed meanwhile."))
    _decided(current, Hold.Outcome.APPROVED, by)
    post = posting.let_in(thread, post)
    acts.leave("approved", by=by, space=space, topic=post.topic, post=post, concerns=post.poster)
    return post


@transaction.atomic
def decline(hold, *, by, answer=""):
    """Keep a waiting post out; its author keeps their text and reads `answer`."""
    current, _thread = _locked(hold)
    if not _ask(current, by, Hold.Outcome.DECLINED):
        return
    _decided(current, Hold.Outcome.DECLINED, by, answer)
    post = current.post
    acts.leave(
        "declined",
        by=by,
        space=post.topic.forum.space,
        topic=post.topic,
        post=post,
        concerns=post.poster,
        reason=answer,
    )


def _own(hold, by):
    access.standing_now(by)
    if hold.post.poster_id != by.pk:
        raise Refused(_("This is not your post."))
    if not may_write_in(hold.post.topic.forum.space, access.standing_of(by)):
        raise Refused(_("You can no longer write here."))
    if hold.outcome:
        raise Refused(_("A facilitator has decided on this post already."))


@transaction.atomic
def change(hold, *, by, content, attachments=None):
    """Change the text of one's own post while it waits, and its files where they are given."""
    current, _thread = _locked(hold)
    _own(current, by)
    post = current.post
    refiled = attachments is not None and posting.refile(post, attachments, by=by)
    if post.content.raw == content and not refiled:
        return
    post.content = content
    post.save()
    current.version += 1
    current.save(update_fields=["version"])


@transaction.atomic
def withdraw(hold, *, by):
    """Take one's own post back while it waits: nobody sees it any more."""
    current, _thread = _locked(hold)
    if current.outcome == Hold.Outcome.WITHDRAWN and current.post.poster_id == by.pk:
        return
    _own(current, by)
    _decided(current, Hold.Outcome.WITHDRAWN, by)
