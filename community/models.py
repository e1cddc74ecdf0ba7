"""Who is here: people, their roles, the cohorts they belong to, and what the policy keeps of it.

Nothing here decides anything (`access` does) and nothing outside `roster` writes these rows.
"""

import secrets
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self):
        return self.name


class Program(models.Model):
    name = models.CharField(_("name"), max_length=160, unique=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="programs")

    class Meta:
        ordering = ["name"]
        verbose_name = _("program")
        verbose_name_plural = _("programs")

    def __str__(self):
        return self.name


class Worksite(models.Model):
    """The site where a coordinator works."""

    name = models.CharField(_("name"), max_length=160)
    program = models.ForeignKey(Program, models.PROTECT, related_name="worksites")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name", "program"], name="one_worksite_of_a_name")
        ]
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self):
        return self.name


class Cohort(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="cohorts")
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        ordering = ["-year", "name"]
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")

    def __str__(self):
        return self.name


class PersonManager(BaseUserManager):
    def create_user(self, email, name, password=None, **fields):
        """A person who can sign in with `email` (kept in lower case, it is an address of one)."""
        person = self.model(email=email.strip().lower(), name=name, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. The shown name is never the e-mail address."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    pronouns = models.CharField(_("pronouns"), max_length=40, blank=True)
    # Markdown; every member can read it, directors too.
    about = models.TextField(_("about you"), max_length=1000, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_for_each_address"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_staff(self):
        """Django's admin is not mounted; whoever asks gets the deny-by-default answer."""
        return False

    @property
    def initials(self):
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.split()[0] if self.name.strip() else self.name


class CurrentQuerySet(models.QuerySet):
    def current(self, now=None):
        """Rows that have begun and not ended at `now`: an end may lie in the future."""
        now = now or timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)


class Role(models.Model):
    """What somebody does in the network, for a time."""

    class Kind(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        DIRECTOR = "director", _("Program director")
        FACILITATOR = "facilitator", _("Facilitator")
        EXPERT = "expert", _("Expert")
        EDITOR = "editor", _("Editor")
        STEWARD = "steward", _("Steward")

    person = models.ForeignKey(Person, models.PROTECT, related_name="roles")
    kind = models.CharField(_("role"), max_length=16, choices=Kind)
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True)
    worksite = models.ForeignKey(Worksite, models.PROTECT, null=True, blank=True)
    supervisor = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="supervised_roles"
    )
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="director") | Q(program__isnull=False),
                name="a_director_directs_a_program",
            ),
            models.CheckConstraint(
                condition=~Q(kind="coordinator") | Q(worksite__isnull=False),
                name="a_coordinator_has_a_worksite",
            ),
        ]

    def __str__(self):
        return f"{self.person}: {self.get_kind_display()}"


class Membership(models.Model):
    """What somebody is to a cohort, for a time. A graduate stays one for good."""

    class Kind(models.TextChoices):
        PARTICIPANT = "participant", _("Participant")
        GRADUATE = "graduate", _("Graduate")
        MENTOR = "mentor", _("Mentor")
        FACILITATOR = "facilitator", _("Facilitator")

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="memberships")
    kind = models.CharField(_("membership"), max_length=16, choices=Kind)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")

    def __str__(self):
        return f"{self.person}: {self.get_kind_display()}, {self.cohort}"


class Audience(models.Model):
    """Who a thing is for. `access.admits` says who that is; the group is Wagtail's copy of it."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Public")
        MEMBERS = "members", _("All members")
        COHORT = "cohort", _("One cohort")
        COORDINATORS = "coordinators", _("Coordinators only")
        GRADUATES = "graduates", _("Graduates only")
        LEADERS = "leaders", _("Leaders only")
        FACILITATORS = "facilitators", _("Facilitators only")

    kind = models.CharField(max_length=16, choices=Kind)
    cohort = models.OneToOneField(
        Cohort, models.PROTECT, null=True, blank=True, related_name="audience"
    )
    group = models.OneToOneField(Group, models.PROTECT, related_name="audience")

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="cohort", cohort__isnull=False)
                | (~Q(kind__in=["cohort", "public"]) & Q(cohort__isnull=True)),
                name="a_cohort_for_cohorts_alone_and_never_public",
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(cohort=None), name="one_audience_of_a_kind"
            ),
        ]

    def __str__(self):
        return str(self.label)

    @property
    def label(self):
        """The word on the chip."""
        if self.kind == self.Kind.COHORT:
            return _("%(cohort)s cohort only") % {"cohort": self.cohort.name}
        return self.get_kind_display()

    @property
    def icon(self):
        return ICONS[self.kind]


ICONS = {
    "public": "globe",
    "members": "users",
    "cohort": "sprout",
    "coordinators": "lock-keyhole",
    "graduates": "graduation-cap",
    "leaders": "briefcase",
    "facilitators": "compass",
}


class PublicAudience:
    """What `Audience` is to the screens where there is no row: a page open to everybody."""

    kind = Audience.Kind.PUBLIC
    label = Audience.Kind.PUBLIC.label
    icon = ICONS["public"]
    cohort = None
    pk = None

    def __str__(self):
        return str(self.label)


PUBLIC = PublicAudience()


class Admission(models.Model):
    """That an audience admits a person, and since when: what the policy answered, kept in step.

    It is for lists and counts ("who can read this", "new here"); to let somebody in, ask `access`.
    """

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="admissions")
    person = models.ForeignKey(Person, models.CASCADE, related_name="admissions")
    since = models.DateTimeField(default=timezone.now)

    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audience", "person"], name="admitted_once")]


class Epoch(models.Model):
    """One row that every change of anybody's standing advances, in the same transaction.

    Whoever holds an answer of `access` for longer than a request compares it: unchanged, the
    answer still holds; changed, ask again.
    """

    value = models.BigIntegerField(default=1)


class RosterEntry(models.Model):
    """What was done to somebody's standing, by whom: every verb of `roster` leaves one line."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="roster_entries")
    verb = models.CharField(max_length=32)
    detail = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("roster entry")
        verbose_name_plural = _("roster entries")


INVITATION_LASTS = timedelta(days=14)


def _token():
    return secrets.token_urlsafe(32)


def _expiry():
    return timezone.now() + INVITATION_LASTS


class Invitation(models.Model):
    """A way in for one address: mailed, single use, good for two weeks."""

    email = models.EmailField(_("e-mail address"))
    kind = models.CharField(_("role"), max_length=16, choices=Role.Kind)
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, verbose_name=_("cohort")
    )
    worksite = models.ForeignKey(
        Worksite, models.PROTECT, null=True, blank=True, verbose_name=_("site")
    )
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, verbose_name=_("program")
    )
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    token = models.CharField(max_length=64, unique=True, default=_token, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=_expiry, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self):
        return f"{self.email}: {self.role_label}"

    @property
    def role_label(self):
        return self.get_kind_display()

    @property
    def is_open(self):
        return not self.accepted_at and not self.withdrawn_at and self.expires_at > timezone.now()

    @property
    def state(self):
        if self.accepted_at:
            return _("Accepted")
        if self.withdrawn_at:
            return _("Withdrawn")
        if self.expires_at <= timezone.now():
            return _("Expired")
        return _("Waiting")


class MeetingQuerySet(models.QuerySet):
    def held(self):
        """All but those that were cancelled."""
        return self.filter(cancelled_at=None)


class Meeting(models.Model):
    """One cohort's dated meeting; the page of the same year and number says what it holds."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="meetings")
    year = models.PositiveSmallIntegerField(_("year of the programme"))
    number = models.PositiveSmallIntegerField(_("meeting"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200)
    # Told to the cohort: when its date or place were last changed, and that it is not held.
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "year", "number"], name="one_meeting_of_a_number"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")),
                name="a_meeting_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return _("Year %(year)d, meeting %(number)d") % {"year": self.year, "number": self.number}

    @property
    def is_over(self):
        return self.ends_at <= timezone.now()
