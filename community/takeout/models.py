"""A copy of everything about one person: asked for, made by the worker, kept for three days."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LASTS = timedelta(days=3)
# A copy that has not moved on for so long has lost its worker: the task was tried again by then.
STALLED = timedelta(minutes=45)


class Takeout(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for its turn")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Did not work")

    UNDER_WAY = (State.WAITING, State.RUNNING)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="takeouts")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    moved_on_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True)
    # A token in settings.TAKEOUTS_ROOT; empty until there is one.
    file = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    # What the policy looked at when it was made (`access.mark_of`).
    standing = models.CharField(max_length=64, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("copy of somebody's data")
        verbose_name_plural = _("copies of people's data")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_copy_under_way",
            )
        ]

    @property
    def is_under_way(self):
        return self.state in self.UNDER_WAY

    @property
    def expires_at(self):
        return self.ready_at + LASTS

    @property
    def is_there(self):
        return self.state == self.State.READY and self.expires_at > timezone.now()
