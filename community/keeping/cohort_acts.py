"""What a person is to cohorts, changed one act at a time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community import access, moving, roster
from community.forms import WorksiteField
from community.keeping.act_form import ActForm, Kind
from community.keeping.role_acts import supervisors_of
from community.models import Cohort, Membership, Role


def cohort_field(label):
    return forms.ModelChoiceField(Cohort.objects.none(), label=label, empty_label=None)


class OfOneCohort(ActForm):
    cohort = cohort_field(_("Cohort"))

    def narrow(self):
        self.fields["cohort"].queryset = self.choices()

    @property
    def opens_nothing(self):
        """Whether the wall keeps the cohort's rooms closed to them, whatever they are to it."""
        return access.standing_of(self.person).behind_wall

    def run(self):
        self.verb(self.person, self.cleaned_data["cohort"], by=self.by)


class Graduate(OfOneCohort):
    title, icon = _("Graduate"), "graduation-cap"
    help = _("They stay in their cohort for good, as its graduate, and may be a mentor.")
    verb = staticmethod(roster.graduate)

    def choices(self):
        return self.their_cohorts(Kind.PARTICIPANT)


class PutBack(OfOneCohort):
    title, icon = _("Put back as a participant"), "undo-2"
    help = _("They take part in this cohort again, as if they had not graduated.")

    def choices(self):
        return self.their_cohorts(Kind.GRADUATE)

    @staticmethod
    def verb(person, cohort, *, by):
        moving.put_back([person], cohort, by=by)


class Join(OfOneCohort):
    title, icon = _("Put on a cohort's roster"), "user-plus"
    help = _("They take part in the cohort from now on, and its members are told who let them in.")
    verb = staticmethod(roster.enrol)

    def choices(self):
        current = Membership.objects.current().filter(person=self.person)
        return self.cohorts_run().exclude(pk__in=current.values("cohort"))


class AppointMentor(OfOneCohort):
    title, icon = _("Appoint as a mentor"), "hand-helping"
    help = _("A graduate can be a mentor of another cohort, and enters its space.")

    def choices(self):
        if not access.standing_of(self.person).belongs(Kind.GRADUATE):
            return Cohort.objects.none()
        mentors = Membership.objects.current().filter(person=self.person, kind=Kind.MENTOR)
        return self.cohorts_run().exclude(pk__in=mentors.values("cohort"))

    @staticmethod
    def verb(person, cohort, *, by):
        roster.enrol(person, cohort, by=by, kind=Kind.MENTOR)


class EndMentoring(OfOneCohort):
    title, icon = _("End being a mentor"), "log-out"
    help = _("They are no mentor of this cohort any more.")
    verb = staticmethod(moving.end_mentoring)

    def choices(self):
        return self.their_cohorts(Kind.MENTOR)


class Assign(OfOneCohort):
    title, icon = _("Assign as its facilitator"), "compass"
    help = _("They run this cohort: its roster, its meetings and its space.")

    def choices(self):
        if not access.standing_of(self.person).has(Role.Kind.FACILITATOR):
            return Cohort.objects.none()
        assigned = Membership.objects.current().filter(person=self.person, kind=Kind.FACILITATOR)
        return self.cohorts_run(Kind.FACILITATOR).exclude(pk__in=assigned.values("cohort"))

    @staticmethod
    def verb(person, cohort, *, by):
        roster.enrol(person, cohort, by=by, kind=Kind.FACILITATOR)


class Leave(OfOneCohort):
    title, icon, danger = _("Leave a cohort"), "log-out", True
    help = _(
        "They are nothing to this cohort any more: no participant, graduate, mentor or facilitator."
        " Do they move to a region with other facilitators? Those put them on their own cohort's"
        " roster afterwards."
    )
    verb = staticmethod(roster.leave)

    def choices(self):
        return self.their_cohorts()


class ChangeCohort(ActForm):
    title, icon = _("Change region or cohort"), "arrow-right-left"
    help = _("A participant goes on in another cohort, and at another site where they moved.")
    origin = cohort_field(_("From"))
    target = cohort_field(_("To"))
    worksite = WorksiteField(
        label=_("Their site from now on"),
        required=False,
        empty_label=_("They stay at their site"),
        help_text=_("Their region is that of their site. Their supervisor stays either way."),
    )

    def narrow(self):
        self.fields["origin"].queryset = self.their_cohorts(Kind.PARTICIPANT)
        self.fields["target"].queryset = self.cohorts_run().select_related("region")

    @property
    def is_offered(self):
        fields = self.fields["origin"].queryset, self.fields["target"].queryset
        return fields[0].exists() and fields[1].count() > 1

    def concerned(self):
        return supervisors_of(self.person) if self.cleaned_data.get("worksite") else []

    def run(self):
        data = self.cleaned_data
        moving.change_cohort(
            self.person, data["origin"], data["target"], by=self.by, worksite=data["worksite"]
        )
