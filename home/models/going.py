"""Who said that they come to a webinar, and what they were told of it since."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Rsvp(models.Model):
    class Told(models.IntegerChoices):
        NOTHING = 0, _("nothing yet")
        DAY_BEFORE = 1, _("a day before")
        HOUR_BEFORE = 2, _("an hour before")

    webinar = models.ForeignKey("home.WebinarPage", models.CASCADE, related_name="rsvps")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    going = models.BooleanField(_("going"))
    at = models.DateTimeField(default=timezone.now)
    told = models.PositiveSmallIntegerField(choices=Told, default=Told.NOTHING)
    # The hour that they know of; None once they were told that it does not take place.
    knows = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("reply to a webinar")
        verbose_name_plural = _("replies to webinars")
        constraints = [
            models.UniqueConstraint(fields=["webinar", "person"], name="one_rsvp_for_a_person")
        ]
