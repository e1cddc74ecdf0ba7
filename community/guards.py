"""A person is never deleted: their threads, and so other people's replies, would go with them."""

from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from community.models import Person


@receiver(pre_delete, sender=Person)
def refuse_to_delete_a_person(instance, **kwargs):
    raise ProtectedError("A person is never deleted; deactivate the account instead.", {instance})
