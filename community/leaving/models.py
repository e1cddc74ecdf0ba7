"""That somebody asked for their account to be closed. The row goes with the account, or with the
next time that they sign in."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

WAIT = timedelta(days=7)


def _due():
    return timezone.now() + WAIT


class Closing(models.Model):
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="closing"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=_due, db_index=True)

    wagtail_reference_index_ignore = True
