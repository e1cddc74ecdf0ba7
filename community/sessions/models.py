"""Where somebody is signed in. No address of the network is kept, only the browser in two words."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class OpenSession(models.Model):
    """What its person is told of one session; the session itself is Django's row of that key."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="open_sessions"
    )
    key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField(default=timezone.now)
    # To the hour: see `noting`.
    seen_at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-seen_at", "-pk"]
        indexes = [models.Index(fields=["person", "-seen_at"], name="sessions_of_a_person")]
