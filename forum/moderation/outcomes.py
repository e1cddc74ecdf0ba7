"""What becomes of reports. Called inside the transaction of whoever settles them."""

from django.db import transaction
from django.utils import timezone

from forum.moderation.models import Report
from forum.moderation.tasks import mail_outcome


def settle(open_reports, outcome, *, by=None, answer=""):
    """Close these open reports alike and tell those who reported; returns their keys.

    `by` is nobody where the author took the post away themselves.
    """
    keys = list(open_reports.filter(outcome="").order_by("pk").values_list("pk", flat=True))
    Report.objects.filter(pk__in=keys).update(
        outcome=outcome, answer=answer, decided_by=by, decided_at=timezone.now()
    )
    for key in keys:
        transaction.on_commit(lambda key=key: mail_outcome.enqueue(key))
    return keys


def settle_removed(post, topic, *, by, answer=""):
    """A post is gone, or with an opening post its whole thread: so are the reports on it. Returns
    the keys of those that this settled."""
    gone = (
        Report.objects.filter(post__topic=topic)
        if post.pk == topic.first_post_id
        else Report.objects.filter(post=post)
    )
    by = by if by.pk != post.poster_id else None
    return settle(gone, Report.Outcome.REMOVED, by=by, answer=answer)


def reopen(keys):
    """What was removed is back, so the reports that its removal settled wait again: those who
    reported were told otherwise."""
    Report.objects.filter(pk__in=keys, outcome=Report.Outcome.REMOVED).update(
        outcome="", answer="", decided_by=None, decided_at=None
    )
