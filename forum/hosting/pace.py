"""Slow mode: how long somebody waits between two replies while a session is live.

What `posting.reply` asks under the thread's lock, and so nothing here may ask `posting`.
"""

from datetime import timedelta

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.threads import Post

PACES = (30, 60, 300)


def of(thread):
    """How many seconds lie between two replies of one person in a thread now; 0: any number."""
    is_live = thread.live_until is not None and thread.live_until > timezone.now()
    return thread.slow if is_live else 0


def wait(thread, person):
    """Seconds until this person, who does not moderate, may reply in a held thread again. One
    query, and none where the thread is not slow. What they removed, or what waits, counts too."""
    pace = of(thread)
    if not pace:
        return 0
    said = Post.objects.filter(topic_id=thread.pk, poster=person.pk).order_by()
    last = said.aggregate(last=Max("created"))["last"]
    if last is None:
        return 0
    left = last + timedelta(seconds=pace) - timezone.now()
    return max(0, -(-left // timedelta(seconds=1)))


def sentence(seconds):
    """Why a reply was refused, and when it will not be."""
    return (
        ngettext(
            "Slow mode is on: one reply at a time. You can post again in %(count)d second.",
            "Slow mode is on: one reply at a time. You can post again in %(count)d seconds.",
            seconds,
        )
        % {"count": seconds}
        if seconds < 100
        else _("Slow mode is on: one reply at a time. You can post again in %(count)d minutes.")
        % {"count": -(-seconds // 60)}
    )
