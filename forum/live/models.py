"""The event log: the truth that every reader of a thread can catch up from.

Rows are written by `live.events` alone, inside the transaction of the change they tell of.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from machina.apps.forum.models import Forum  # noqa: F401 - machina's models load before ours

TOPIC = "forum_conversation.Topic"
POST = "forum_conversation.Post"


class Thread(models.Model):
    """What a topic is once it is live: the number of its last event, and the page it speaks of.

    `bumped` is the key of the last event that brought a post, in `space`, which is the topic's
    own: "what is new to me" is one range of one index. `live_until` is the end of the session that
    was hosted in it last, and `slow` the seconds between two replies of one person until then.
    """

    topic = models.OneToOneField(TOPIC, models.CASCADE, primary_key=True, related_name="thread")
    space = models.ForeignKey("spaces.Space", models.PROTECT, related_name="threads")
    seq = models.BigIntegerField(default=0)
    bumped = models.BigIntegerField(default=0)
    page = models.ForeignKey(
        "wagtailcore.Page",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="threads",
    )
    live_until = models.DateTimeField(null=True, blank=True)
    slow = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        indexes = [
            models.Index(fields=["space", "bumped"], name="news_in_a_space"),
            models.Index(
                fields=["space", "live_until"],
                condition=models.Q(live_until__isnull=False),
                name="live_in_a_space",
            ),
        ]


class Event(models.Model):
    class Kind(models.TextChoices):
        POSTED = "posted"
        EDITED = "edited"
        REMOVED = "removed"
        LOCKED = "locked"
        UNLOCKED = "unlocked"
        CLOSED = "closed"
        # The thread is elsewhere now, or its title, its pin or the order of its posts changed.
        MOVED = "moved"
        CHANGED = "changed"
        # What stands around the posts changed; `log.shows` says what a frame of it carries.
        REACTED = "reacted"
        HELPED = "helped"
        SESSION = "session"
        VOTED = "voted"
        SUMMED = "summed"

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    post = models.ForeignKey(POST, models.CASCADE, null=True, related_name="+")
    question = models.ForeignKey("hosting.Question", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["thread", "seq"], name="numbered_once")]


class Receipt(models.Model):
    """That a form with this key was answered, and with which post: a retry gets the same one."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField()
    post = models.ForeignKey(POST, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="answered_once")]


class Removal(models.Model):
    """That a post was removed, by whom and when; only its author and moderators may know."""

    post = models.OneToOneField(POST, models.CASCADE, related_name="removal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True
