"""Applications to a region's next cohort, from the first answer to a place in it.

An application is read by facilitators only (`board.applications_for`), and written by the verbs of
`applying`, `support` and `reviewing`. Each verb leaves an Entry.
"""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Cohort


def _token():
    return secrets.token_urlsafe(32)


class Intake(models.Model):
    """That a region takes applications for a cohort, between two days, for so many places."""

    cohort = models.OneToOneField(
        Cohort, models.PROTECT, related_name="intake", verbose_name=_("cohort")
    )
    capacity = models.PositiveSmallIntegerField(_("places"))
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-closes_on", "pk"]
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")),
                name="an_intake_closes_after_it_opens",
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="an_intake_has_a_place"),
        ]

    def __str__(self):
        return _("%(region)s (%(cohort)s)") % {"region": self.region, "cohort": self.cohort}

    @property
    def region(self):
        return self.cohort.region

    @property
    def is_open(self):
        return self.opens_on <= timezone.localdate() <= self.closes_on


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    NEW = "new", _("New")
    CALLED = "called", _("Called")
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    WAITLISTED = "waitlisted", _("Waitlisted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# A place is taken by whoever has it and by whoever was offered it.
HOLDING_A_PLACE = (State.INVITED, State.ACCEPTED)
CLOSED = (State.DECLINED, State.WITHDRAWN)
UNDECIDED = (State.NEW, State.CALLED, State.WAITLISTED, State.INVITED)


class Application(models.Model):
    """What an applicant wrote. A draft is theirs alone; what was sent is the facilitators' to read.

    `token` opens the draft until `resume_until`; `copy_token` the printable copy, once sent;
    `director_token` the page where the director supports it. None of them opens another.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.CharField(max_length=64, unique=True, default=_token, editable=False)
    copy_token = models.CharField(max_length=64, unique=True, default=_token, editable=False)
    director_token = models.CharField(max_length=64, unique=True, default=_token, editable=False)
    resume_until = models.DateTimeField(null=True, editable=False)

    intake = models.ForeignKey(
        Intake, models.PROTECT, null=True, related_name="applications", verbose_name=_("region")
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField(default=timezone.now)
    # Counts what was saved, so that a form from another window is seen to be an old one.
    version = models.PositiveIntegerField(default=0)

    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    county = models.CharField(_("county"), max_length=80, blank=True)
    worksite = models.CharField(_("site"), max_length=160, blank=True)
    program = models.CharField(_("program"), max_length=160, blank=True)
    experience = models.TextField(_("experience"), max_length=3000, blank=True)
    goals = models.TextField(_("goals"), max_length=3000, blank=True)
    commitment = models.BooleanField(_("comes to every meeting"), default=False)
    accessibility = models.TextField(_("what they need"), max_length=2000, blank=True)
    director_name = models.CharField(_("director's name"), max_length=120, blank=True)
    director_email = models.EmailField(_("director's e-mail address"), blank=True)

    told_director_at = models.DateTimeField(null=True, editable=False)
    supported_at = models.DateTimeField(null=True, editable=False)
    question = models.TextField(max_length=1000, blank=True, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)

    # What doubles are found by, and what the search reads: see `likeness`.
    likeness = models.CharField(max_length=300, blank=True, editable=False)
    words = models.TextField(blank=True, editable=False)

    created = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(intake__isnull=False, sent_at__isnull=False),
                name="what_was_sent_went_somewhere",
            ),
        ]
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="applications_newest"),
            models.Index(
                fields=["intake", "state", "-sent_at", "-id"], name="applications_of_an_intake"
            ),
            models.Index(fields=["state", "state_since"], name="applications_kept_since"),
            models.Index(fields=["email"], name="applications_by_address"),
            models.Index(fields=["likeness"], name="applications_alike"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_draft(self):
        return self.state == State.DRAFT

    @property
    def is_closed(self):
        return self.state in CLOSED


class CallNote(models.Model):
    """What was said on an introductory call. Added and never changed."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="calls")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    called_on = models.DateField(_("day of the call"))
    text = models.TextField(_("note"), max_length=3000)
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-called_on", "-pk"]
        verbose_name = _("note of a call")
        verbose_name_plural = _("notes of calls")


class Entry(models.Model):
    """One line of the log: what was done to an application (or to an intake, or with a file), and
    by whom; nobody where an applicant or a director did it by their link."""

    application = models.ForeignKey(Application, models.CASCADE, null=True, related_name="entries")
    intake = models.ForeignKey(Intake, models.CASCADE, null=True, related_name="entries")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=24)
    # What a mail said beside its own words, or which state was left.
    detail = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("log line of an application")
        verbose_name_plural = _("log lines of applications")
