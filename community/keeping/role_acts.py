"""What a person does in the network, and whether they are in it, changed one act at a time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community import access, moving, roster
from community.forms import WorksiteField
from community.keeping.act_form import ActForm
from community.models import Person, Program, Role


def coordinates(person):
    held = Role.objects.current().filter(person=person, kind=Role.Kind.COORDINATOR)
    return held.exists()


def supervisors_of(person):
    held = Role.objects.current().filter(person=person, supervisor__isnull=False)
    return list(Person.objects.filter(pk__in=held.values("supervisor")))


class ChangeWorksite(ActForm):
    title, icon = _("Change site"), "map-pin"
    help = _(
        "They coordinate another site from now on. Their supervisor stays until you name another."
    )
    worksite = WorksiteField(label=_("Site"), empty_label=None)

    @property
    def is_offered(self):
        return access.may_appoint(self.standing, Role.Kind.COORDINATOR) and coordinates(self.person)

    def concerned(self):
        return supervisors_of(self.person)

    def run(self):
        moving.change_worksite(self.person, self.cleaned_data["worksite"], by=self.by)


class Supervise(ActForm):
    title, icon = _("Name their supervisor"), "briefcase"
    help = _(
        "Whoever supervises somebody stands behind the wall: no cohort, no space for coordinators."
    )
    email = forms.EmailField(
        label=_("The supervisor's e-mail address"),
        required=False,
        help_text=_("As they sign in with it. Leave it empty where nobody supervises them."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    @property
    def is_offered(self):
        return access.may_appoint(self.standing, Role.Kind.COORDINATOR) and coordinates(self.person)

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        self.supervisor = (
            Person.objects.filter(email=email, is_active=True).first() if email else None
        )
        if email and self.supervisor is None:
            raise forms.ValidationError(
                _("No member signs in with this address. Invite them first.")
            )
        return email

    def concerned(self):
        named = [self.supervisor] if self.supervisor else []
        return named + [each for each in supervisors_of(self.person) if each not in named]

    def run(self):
        moving.supervise(self.person, self.supervisor, by=self.by)


class BecomeDirector(ActForm):
    title, icon = _("Become a program director"), "briefcase"
    help = _(
        "Their roles as a coordinator end, and the wall stands at once: they leave every space"
        " of a cohort and of coordinators."
    )
    danger = True
    program = forms.ModelChoiceField(Program.objects.all(), label=_("Program"), empty_label=None)

    @property
    def is_offered(self):
        return access.may_appoint(self.standing, Role.Kind.DIRECTOR)

    def concerned(self):
        return supervisors_of(self.person)

    def run(self):
        roster.appoint(
            self.person, Role.Kind.DIRECTOR, by=self.by, program=self.cleaned_data["program"]
        )


class GiveRole(ActForm):
    title, icon = _("Give a role"), "user-check"
    help = _("Directors and mentors have acts of their own.")
    kind = forms.ChoiceField(label=_("Role"))
    worksite = WorksiteField(
        label=_("Site"),
        required=False,
        help_text=_("For a coordinator."),
        empty_label=_("No site"),
    )

    def narrow(self):
        self.fields["kind"].choices = [
            (kind.value, kind.label)
            for kind in Role.Kind
            if kind != Role.Kind.DIRECTOR and access.may_appoint(self.standing, kind)
        ]

    is_offered = True

    def run(self):
        data = self.cleaned_data
        coordinator = data["kind"] == Role.Kind.COORDINATOR
        roster.appoint(
            self.person,
            data["kind"],
            by=self.by,
            worksite=data["worksite"] if coordinator else None,
        )


class EndRole(ActForm):
    title, icon, danger = _("End a role"), "user-x", True
    help = _("Every role of this kind ends for them.")
    kind = forms.ChoiceField(label=_("Role"))

    def narrow(self):
        held = Role.objects.current().filter(person=self.person)
        kinds = set(held.values_list("kind", flat=True))
        self.fields["kind"].choices = [
            (kind.value, kind.label)
            for kind in Role.Kind
            if kind in kinds and access.may_appoint(self.standing, kind)
        ]

    @property
    def is_offered(self):
        return bool(self.fields["kind"].choices)

    def concerned(self):
        return supervisors_of(self.person)

    def run(self):
        roster.dismiss(self.person, self.cleaned_data["kind"], by=self.by)


class Deactivate(ActForm):
    title, icon, danger = _("Leave the network"), "door-closed", True
    help = _("Sign-in, sessions and open pages end at once. What they wrote stays, under no name.")

    @property
    def is_offered(self):
        return self.person.is_active and roster.may_change(self.by, self.person)

    def run(self):
        roster.deactivate(self.person, by=self.by)


class Reactivate(ActForm):
    title, icon = _("Come back"), "door-open"
    help = _(
        "They can sign in again, as a member: no role and no cohort of before comes with them."
    )

    @property
    def is_offered(self):
        away = not self.person.is_active and not roster.has_closed(self.person)
        return away and roster.may_change(self.by, self.person)

    def concerned(self):
        return supervisors_of(self.person)

    def run(self):
        moving.reactivate(self.person, by=self.by)
