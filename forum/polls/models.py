"""What machina's poll lacks: a moment at which it closes, and a row to lock while votes change.

Question, answers and votes are machina's own tables. A poll without a ballot is not shown.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from machina.core.db.models import get_model

Poll = get_model("forum_polls", "TopicPoll")
Option = get_model("forum_polls", "TopicPollOption")
Vote = get_model("forum_polls", "TopicPollVote")


class Ballot(models.Model):
    """`closes_at` is the one truth about the end: set by the clock or by whoever closes early."""

    poll = models.OneToOneField(
        "forum_polls.TopicPoll", models.CASCADE, primary_key=True, related_name="ballot"
    )
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")

    @property
    def closed(self):
        return self.closes_at is not None and self.closes_at <= timezone.now()
