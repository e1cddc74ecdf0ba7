"""How far each person has read: one row for each person, however many threads there are."""

from django.conf import settings
from django.db import models


class Mark(models.Model):
    """Everything up to a number was read; numbers are keys of `live.Event`.

    `since` holds for every space, `spaces` ({space key: number}) for those where it is further,
    and `ahead` ({thread key: number}) for threads read beyond that. `forum.reading.marks` bounds
    `ahead`; nothing else writes here.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="mark"
    )
    since = models.BigIntegerField()
    spaces = models.JSONField(default=dict)
    ahead = models.JSONField(default=dict)

    wagtail_reference_index_ignore = True
