"""What others say to a post without writing one, the answer that helped, and which posts tell how
something went at a site."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.live.models import POST


class Reaction(models.Model):
    """That `person` said this of a post. Rows are written by `reacting` alone."""

    class Kind(models.TextChoices):
        THANKS = "thanks", _("Thanks")
        ME_TOO = "me_too", _("Me too")
        TRIED = "tried", _("Tried it")

    post = models.ForeignKey(POST, models.CASCADE, related_name="reactions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(fields=["post", "person", "kind"], name="reacted_once")
        ]
        indexes = [models.Index(fields=["person"], name="reactions_of_a_person")]


class Tally(models.Model):
    """How many reactions of each kind a post has, moved by delta under its thread's lock."""

    post = models.OneToOneField(POST, models.CASCADE, primary_key=True, related_name="tally")
    thanks = models.PositiveIntegerField(default=0)
    me_too = models.PositiveIntegerField(default=0)
    tried = models.PositiveIntegerField(default=0)

    wagtail_reference_index_ignore = True


class Helped(models.Model):
    """That whoever asked, or a facilitator, says that this post helped. It hangs on the post, so
    that it goes where the post goes; a thread is given one at a time."""

    post = models.OneToOneField(POST, models.CASCADE, primary_key=True, related_name="helped")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True


class Trial(models.Model):
    """That a post tells how something went at its author's site."""

    post = models.OneToOneField(POST, models.CASCADE, primary_key=True, related_name="trial")
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True
