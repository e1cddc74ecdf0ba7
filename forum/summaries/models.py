"""What a facilitator writes down of a thread, and the passages of others that may go along with it.

A summary leaves its space as a draft page, in the facilitator's own words; somebody else's words go
along only where they agreed to that very passage and to those readers.
"""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.introductions import shown_name
from forum.live.models import POST, TOPIC

LONGEST_SUMMARY = 10_000
LONGEST_PASSAGE = 1_000


class ForWhom(models.TextChoices):
    """Who would read the page. `SPACE`: whom the thread's own space is for."""

    SPACE = "space", _("Those who can read this space")
    MEMBERS = "members", _("All members, directors too")
    PUBLIC = "public", _("Everybody, on the web")


class Summary(models.Model):
    topic = models.OneToOneField(TOPIC, models.CASCADE, primary_key=True, related_name="summary")
    text = models.TextField(_("summary"), validators=[MaxLengthValidator(LONGEST_SUMMARY)])
    for_whom = models.CharField(max_length=8, choices=ForWhom, default=ForWhom.SPACE)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # The draft that was made of it.
    page = models.ForeignKey("wagtailcore.Page", models.SET_NULL, null=True, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")


class Passage(models.Model):
    """A part of a post, asked of its author for these readers. It is agreed to as it stands here:
    other words, or other readers, are another passage."""

    class Answer(models.TextChoices):
        ASKED = "", _("Not answered yet")
        NAMED = "named", _("Agreed, with their name")
        UNNAMED = "unnamed", _("Agreed, without their name")
        DECLINED = "declined", _("Declined")

    post = models.ForeignKey(POST, models.CASCADE, related_name="passages")
    text = models.TextField(_("passage"), validators=[MaxLengthValidator(LONGEST_PASSAGE)])
    for_whom = models.CharField(max_length=8, choices=ForWhom)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.ASKED, blank=True)
    answered_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["pk"]
        verbose_name = _("passage")
        verbose_name_plural = _("passages")

    @property
    def author(self):
        return shown_name(self.post.poster)

    @property
    def asker(self):
        return shown_name(self.asked_by)

    @property
    def is_agreed(self):
        return self.answer in (self.Answer.NAMED, self.Answer.UNNAMED)
