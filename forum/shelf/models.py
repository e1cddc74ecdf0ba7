"""What a reader keeps for themselves: what they saved, and whom they muted. Nobody else is told."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.live.models import POST, TOPIC

LONGEST_NOTE = 200


class Saved(models.Model):
    """A thread or a post that somebody wants to find again, with a note of their own."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    topic = models.ForeignKey(TOPIC, models.CASCADE, null=True, related_name="+")
    post = models.ForeignKey(POST, models.CASCADE, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("saved")
        verbose_name_plural = _("saved")
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__isnull=True) ^ Q(post__isnull=True),
                name="saved_is_a_thread_or_a_post",
            ),
            models.UniqueConstraint(
                fields=["person", "topic"],
                condition=Q(topic__isnull=False),
                name="thread_saved_once",
            ),
            models.UniqueConstraint(
                fields=["person", "post"], condition=Q(post__isnull=False), name="post_saved_once"
            ),
        ]
        indexes = [models.Index(fields=["person", "-at"], name="saved_of_a_person")]


class Mute(models.Model):
    """That `by` wants to see less of `person`."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("mute")
        verbose_name_plural = _("mutes")
        constraints = [
            models.UniqueConstraint(fields=["by", "person"], name="muted_once"),
            models.CheckConstraint(condition=~Q(by=F("person")), name="nobody_mutes_themselves"),
        ]
