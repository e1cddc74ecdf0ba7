"""What was hosted in a thread goes along when it is merged."""

from django.dispatch import receiver

from forum.hosting import hosting
from forum.moderation.signals import threads_merged


@receiver(threads_merged)
def carry_sessions(source, target, **kwargs):
    hosting.carry(source, target)
