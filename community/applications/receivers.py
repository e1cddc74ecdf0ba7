"""An accepted invitation makes an accepted application, in the same transaction."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from community.applications import acts
from community.applications.models import Application, State
from community.models import Invitation


@receiver(post_save, sender=Invitation, dispatch_uid="applications.accepted")
def note_what_was_accepted(instance, created, **kwargs):
    """By address and cohort: an invitation that was sent again is another row."""
    if created or not instance.accepted_at or not instance.cohort_id:
        return
    waiting = Application.objects.filter(
        email=instance.email, intake__cohort=instance.cohort_id, state=State.INVITED
    )
    for found in waiting:
        application = acts.lock(found)
        acts.put(application, State.ACCEPTED)
        acts.leave("accept", application=application)
