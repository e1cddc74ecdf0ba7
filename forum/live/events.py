"""Append to the log, and hint. The database tells the truth; the hint may be lost.

Nothing else numbers events: the thread's row lock is held while numbering, so that no reader can
ever see a gap that is filled later.
"""

import asyncio
import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from forum.live.models import Event, Thread
from forum.live.signals import posted
from forum.spaces.models import Space

logger = logging.getLogger(__name__)

HINT_SECONDS = 2
STANDING = "standing"


def group_of(thread_id):
    """The name of the channel group in which a thread's hints go round."""
    return f"thread.{thread_id}"


def lock(topic_id):
    """The thread's row, locked until the end of the transaction: taken before any change."""
    return Thread.objects.select_for_update().select_related("topic").get(pk=topic_id)


def append(thread, kind, post=None, question=None):
    """Log one event on a thread that `lock` returned, and hint once the change is committed."""
    thread.seq += 1
    event = Event.objects.create(
        thread=thread, seq=thread.seq, kind=kind, post=post, question=question
    )
    if kind == Event.Kind.POSTED:
        # The space's counters were moved before, so its lock is held: within a space these
        # numbers become visible in their order, and whoever read up to one missed none.
        thread.bumped = event.pk
        Space.objects.filter(pk=thread.space_id).update(bumped=event.pk)
    thread.save(update_fields=["seq", "bumped"])
    if kind == Event.Kind.POSTED:
        posted.send(sender=Event, thread=thread, event=event, post=post)
    transaction.on_commit(lambda: hint(group_of(thread.pk)))
    return event


def hint(group, of="hint"):
    """Tell every process that there is news for `group`, of the log or of what `of` says. A layer
    that is away costs a wait, never a post: readers find out at their next heartbeat."""

    async def send():
        layer = get_channel_layer()
        await asyncio.wait_for(layer.group_send(group, {"type": of}), HINT_SECONDS)

    try:
        async_to_sync(send)()
    except Exception as problem:  # noqa: BLE001 - whatever a layer raises, the change is committed
        logger.warning("A live hint was lost: %s", type(problem).__name__)
