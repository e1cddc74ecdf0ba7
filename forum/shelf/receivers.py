"""What was saved goes along when threads are merged."""

from django.dispatch import receiver

from forum.moderation.signals import threads_merged
from forum.shelf import saving


@receiver(threads_merged)
def carry_saved(source, target, **kwargs):
    saving.carry(source.pk, target.pk)
