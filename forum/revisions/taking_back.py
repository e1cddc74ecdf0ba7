"""Within a minute, whoever removed or changed a post of their own may take that back.

Verbs as in `forum.posting`: each takes `by=`, asks the policy while it holds the thread's row and
leaves one event. Facilitators' acts have a day, and `forum.moderation.undoing`.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from forum import posting, threads
from forum.live import events
from forum.live.models import Event, Removal
from forum.moderation import acts, undoing
from forum.moderation.models import Report
from forum.posting import Refused
from forum.reactions import trials
from forum.revisions.models import Revision
from forum.spaces.models import keys_open_to
from forum.threads import Post

OPEN_FOR = timedelta(seconds=60)


def is_open(moment):
    """Whether what was done then can still be taken back."""
    return moment > timezone.now() - OPEN_FOR


def _refuse_late():
    raise Refused(_("This can no longer be taken back: it was done more than a minute ago."))


def own_removal(person, pk):
    """The Removal by which somebody took away the post `pk` of their own, in a space open to them,
    or None."""
    found = Removal.objects.filter(
        # A number that no row can have would be too large to compare with a column.
        post__in=Post.objects.filter(pk=pk).values("pk"),
        by=person.pk,
        post__poster=person.pk,
        post__topic__thread__space_id__in=keys_open_to(person),
    ).select_related("post__topic__forum", "post__topic__thread__space__audience__cohort")
    removal = found.first()
    if removal is not None:
        threads.in_one_space(removal.post.topic)
    return removal


@transaction.atomic
def restore(post, *, by):
    """Put back a post that its author took away, with an opening post its thread. False where it
    stands already."""
    thread = posting.hold_thread(post.topic)
    posting.as_it_is_now(post.topic, thread)
    access.standing_now(by)
    current = posting.hold_post(post)
    removal = Removal.objects.filter(post=current, by=by).first()
    if removal is None or current.poster_id != by.pk:
        return False
    if not is_open(removal.at):
        _refuse_late()
    if not posting.may_reply(post.topic, by):
        raise Refused(_("You can no longer write here."))
    undoing.put_back(thread, current, _settled_by(removal, thread.topic))
    if current.pk == thread.topic.first_post_id:
        acts.tell_other_authors(
            "removed-thread-undone",
            by=by,
            space=post.topic.forum.space,
            topic=post.topic,
            besides=by,
        )
    return True


def _settled_by(removal, topic):
    """The keys of the reports that this removal settled: `posting.remove` did so right after it."""
    opens = removal.post_id == topic.first_post_id
    where = {"post__topic": topic} if opens else {"post": removal.post_id}
    settled = Report.objects.filter(**where, outcome=Report.Outcome.REMOVED)
    return list(settled.filter(decided_at__gte=removal.at).values_list("pk", flat=True))


def may_revert(last):
    """Whether there is still a way back from the change that left this Revision."""
    return is_open(last.changed_at) and not last.refiled and not last.erased_at


def last_change(post, person):
    """The Revision that this person's change of their own post left, where nothing was changed
    since; or None."""
    last = Revision.objects.filter(post=post).order_by("-pk").first()
    if last is None or post.poster_id != person.pk or last.changed_by_id != person.pk:
        return None
    return last


@transaction.atomic
def revert(post, *, by, version):
    """Let a post say again what it said before its author's last change, as if they had not made
    it. `version` is the `posting.version_of` what they took back; False where it is not there any
    more."""
    thread = posting.hold_thread(post.topic)
    posting.as_it_is_now(post.topic, thread)
    access.standing_now(by)
    current = posting.hold_post(post)
    if not current.approved or not thread.topic.approved:
        raise Refused(_("This post was removed while you were writing."))
    if not posting.may_edit(current, by):
        raise Refused(_("You can no longer change this post."))
    last = last_change(current, by)
    if last is None or version != posting.version_of(current):
        return False
    if not is_open(last.changed_at):
        _refuse_late()
    if last.erased_at:
        raise Refused(_("What it said before was deleted."))
    if last.refiled:
        raise Refused(_("Its files were changed as well, and those that were taken away are gone."))
    if last.subject:
        posting.rename(thread, current, last.subject)
    retold = last.tried is not None and trials.settle(current, tried=last.tried)
    if retold or current.content.raw != last.text:
        _say_again(current, last)
        events.append(thread, Event.Kind.EDITED, current)
    last.delete()
    return True


def _say_again(post, last):
    post.content = last.text
    post.updates_count -= 1
    post.updated_by_id = last.written_by_id if post.updates_count else None
    post.save()
    Post.objects.filter(pk=post.pk).update(updated=last.written_at)
