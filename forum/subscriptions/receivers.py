"""Posts begin subscriptions and are told of; a closed account ends its feeds."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from community.signals import standing_changed
from forum.live.signals import posted
from forum.moderation.signals import threads_merged
from forum.subscriptions import keys, subscribing, tasks


@receiver(posted)
def heed(thread, event, post, **kwargs):
    """One task, however many there are to tell: it is given a place to look at, and no words."""
    subscribing.subscribe_writer(thread, event, post)
    opens = post.topic.first_post_id in (None, post.pk)
    task = tasks.mail_about_space if opens else tasks.mail_about_thread
    transaction.on_commit(partial(task.enqueue, thread.space_id if opens else thread.pk))


@receiver(threads_merged)
def carry_followers(source, target, **kwargs):
    subscribing.carry(source.pk, target.pk)


@receiver(standing_changed)
def end_feeds_of_closed_accounts(person_ids, **kwargs):
    keys.end_closed(person_ids)
