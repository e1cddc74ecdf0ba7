"""What facilitators do with other people's posts and threads: each act leaves one line. What
readers tell them about a post, and posts that wait to be looked at first.

A line quotes nothing: no text and no title is ever copied into it. Where a thing stands is never
kept beside it: it follows its post, also into another space.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.live.models import POST, TOPIC


class Act(models.Model):
    """One act of moderation, shown to the person concerned and to the moderators of the space."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=32)
    space = models.ForeignKey("spaces.Space", models.PROTECT, related_name="acts")
    topic = models.ForeignKey(TOPIC, models.SET_NULL, null=True, related_name="acts")
    post = models.ForeignKey(POST, models.SET_NULL, null=True, related_name="acts")
    concerns = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="acts_concerning_them"
    )
    # In the moderator's own words, to the person concerned.
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    # What the verb needs to take itself back, in keys and numbers, and to say the same when it is
    # sent again; empty where it cannot be.
    undo = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["space", "-at"], name="acts_in_a_space"),
            models.Index(fields=["concerns", "-at"], name="acts_concerning_a_person"),
        ]
        verbose_name = _("act of moderation")
        verbose_name_plural = _("acts of moderation")


class Report(models.Model):
    """That somebody asked the facilitators to look at a post, and what became of it."""

    class Why(models.TextChoices):
        HURTFUL = "hurtful", _("It is hurtful")
        PRIVATE = "private", _("It names a child or gives private details")
        ELSEWHERE = "elsewhere", _("It is not for this space")
        SELLING = "selling", _("It is spam or selling")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        REMOVED = "removed", _("Removed")
        CHANGED = "changed", _("Changed")
        LEFT = "left", _("Left as it is")

    post = models.ForeignKey(POST, models.CASCADE, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports")
    why = models.CharField(max_length=12, choices=Why)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)
    # Empty while it is open.
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    # A sentence to whoever reported, in the facilitator's own words.
    answer = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    # Nobody where the author took the post away before anybody decided.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "by"], condition=Q(outcome=""), name="one_open_report_of_a_post"
            )
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(outcome=""), name="open_reports"),
        ]
        verbose_name = _("report")
        verbose_name_plural = _("reports")


class Hold(models.Model):
    """That a post waits for a facilitator to look at it first, and what became of it."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Posted")
        DECLINED = "declined", _("Not posted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    post = models.OneToOneField(POST, models.CASCADE, related_name="hold")
    at = models.DateTimeField(default=timezone.now)
    # Counts the author's changes: who decides has read this one and no other.
    version = models.PositiveIntegerField(default=1)
    # Empty while it waits.
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    # A sentence to the author, in the facilitator's own words.
    answer = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], condition=Q(outcome=""), name="waiting_posts")]
        verbose_name = _("waiting post")
        verbose_name_plural = _("waiting posts")


class Announcement(models.Model):
    """Until when a topic of machina's type announcement is one; for good where `until` is None."""

    topic = models.OneToOneField(
        TOPIC, models.CASCADE, primary_key=True, related_name="announcement"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, db_index=True)

    wagtail_reference_index_ignore = True


class Notice(models.Model):
    """That a thread left `space`, for those who may read where it went; nobody else is told."""

    topic = models.ForeignKey(TOPIC, models.CASCADE, related_name="notices")
    space = models.ForeignKey("spaces.Space", models.CASCADE, related_name="notices")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        indexes = [models.Index(fields=["space", "-at"], name="notices_in_a_space")]


class Note(models.Model):
    """What the moderators of a space tell each other about a thread or a post there.

    It belongs to the space in which it was written: a thread that moves leaves it behind.
    """

    space = models.ForeignKey("spaces.Space", models.CASCADE, related_name="notes")
    topic = models.ForeignKey(TOPIC, models.CASCADE, related_name="notes")
    post = models.ForeignKey(POST, models.CASCADE, null=True, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=1000)
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["topic", "space"], name="notes_on_a_thread")]
