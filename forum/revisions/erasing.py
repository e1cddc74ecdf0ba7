"""Deleting for good what a post said before a change: it may hold what should never have been said
there, a child's name for example. That the post was changed, by whom and when stays told.

A verb as in `forum.posting`: it takes `by=` and asks the policy while it holds the thread's row.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from forum import posting
from forum.moderation import acts
from forum.revisions import history
from forum.revisions.models import Revision
from forum.spaces.models import keys_open_to


@transaction.atomic
def erase(post, key, *, by, reason=""):
    """Empty the Revision `key` of a post, by its author or a moderator. Its moderators are told
    that it was done, in a line that quotes nothing; `reason` is a moderator's, to the author. False
    where it is not kept any more."""
    thread = posting.hold_thread(post.topic)
    access.standing_now(by)
    current = posting.hold_post(post)
    if not current.approved or not thread.topic.approved:
        raise posting.Refused(_("This post was removed meanwhile."))
    space = post.topic.forum.space
    if space.pk not in keys_open_to(by) or not history.may_see(current, by):
        raise posting.Refused(_("You can no longer do this."))
    kept = Revision.objects.filter(pk=key, post=current, erased_at=None)
    if not kept.update(text="", subject="", erased_at=timezone.now()):
        return False
    own = current.poster_id == by.pk
    acts.leave(
        "erased-version",
        by=by,
        space=space,
        topic=post.topic,
        post=current,
        concerns=None if own else current.poster,
        reason=reason,
    )
    return True
