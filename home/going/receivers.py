"""Whoever comes to a webinar hears of it when its page, or one above it, is deleted."""

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from home.going import reminders
from home.models import WebinarPage


@receiver(pre_delete, sender=WebinarPage)
def call_it_off(instance, **kwargs):
    reminders.call_off(instance)
