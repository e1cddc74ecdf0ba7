from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import inventory
from forum.spaces.models import keys_open_to
from forum.subscriptions.models import FeedKey, Preference, Subscription

inventory.declare("subscriptions.Subscription.person", inventory.REMOVED, "subscriptions")
inventory.declare("subscriptions.Preference.person", inventory.REMOVED, "subscriptions")
inventory.declare("subscriptions.FeedKey.person", inventory.REMOVED, "subscriptions")


def _space(row):
    return row.thread.space_id if row.thread_id else row.space_id


def _rows(person):
    """Where, never a title; and where it is closed to them by now, not that either."""
    open_now = set(keys_open_to(person))
    rows = Subscription.objects.filter(person=person).select_related("thread")
    for row in rows.order_by("pk").iterator(chunk_size=200):
        where = (
            ("spaces:thread", row.thread_id) if row.thread_id else ("spaces:space", row.space_id)
        )
        yield {
            "to": reverse(where[0], args=[where[1]]) if _space(row) in open_now else None,
            "how": row.get_how_display(),
            "since": row.since,
            "stopped": row.stopped_at,
        }
    for row in Preference.objects.filter(person=person):
        yield {
            "when_you_write": row.when_writing,
            "how_new_ones": row.get_how_display(),
            "last_digest": row.digested_on,
        }
    for row in FeedKey.objects.filter(person=person):
        yield {"feeds_since": row.made_at, "feeds_last_read": row.used_at}


inventory.add_part("subscriptions", _("Subscriptions and feeds"), _rows)
