"""What a cohort keeps of its meetings and of what its people agreed to."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Meeting


class Agreement(models.Model):
    """One version of the community agreements. The newest one holds; older ones stay, since
    people agreed to their very words."""

    play_safe = models.TextField(_("play safe"), max_length=600)
    play_fair = models.TextField(_("play fair"), max_length=600)
    play_hard = models.TextField(_("play hard"), max_length=600)
    choice = models.TextField(_("how people may take part in an activity"), max_length=600)
    published_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("community agreements")
        verbose_name_plural = _("community agreements")


class Acceptance(models.Model):
    """That a person agreed to one version, and when."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="acceptances")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="agreements_accepted"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        constraints = [
            models.UniqueConstraint(fields=["person", "agreement"], name="agreed_once_to_a_version")
        ]


class Attendance(models.Model):
    """Whether somebody was at a meeting, as it was ticked last.

    `ticked_at` is when the tick was made, which can be long before it was saved; `version` counts
    the saves, so that whoever saves later can be told what changed meanwhile.
    """

    class State(models.TextChoices):
        HERE = "here", _("Here")
        EXCUSED = "excused", _("Excused")
        ABSENT = "absent", _("Absent")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attendance")
    state = models.CharField(_("attendance"), max_length=8, choices=State)
    ticked_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="ticked_once_for_a_meeting")
        ]


class MakeUp(models.Model):
    """How somebody who missed a meeting made it up."""

    attendance = models.OneToOneField(Attendance, models.CASCADE, related_name="make_up")
    how = models.CharField(_("how they made it up"), max_length=500)
    on = models.DateField(_("on which day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("make-up note")
        verbose_name_plural = _("make-up notes")


class WalkIn(models.Model):
    """Somebody at the door who is on no roster: a name for the facilitators, and nothing else."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="walk_ins")
    name = models.CharField(_("name"), max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("walk-in")
        verbose_name_plural = _("walk-ins")
