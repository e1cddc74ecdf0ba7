"""What every act of the roster's screens is: a form that offers only what its keeper may do, names
who else is concerned, and calls one verb. The screen asks first and says what the person loses and
gains; the verb asks the policy again."""

from django import forms

from community import access
from community.models import Cohort, Membership

Kind = Membership.Kind


class ActForm(forms.Form):
    """`title` is what the act is called, `help` what it means, `icon` its picture."""

    title = help = icon = ""
    danger = False

    def __init__(self, *args, by, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.person = by, person
        self.standing = access.standing_of(by)
        self.narrow()

    def narrow(self):
        """Leave in the fields only what `by` may choose for this person."""

    @property
    def is_offered(self):
        chosen_from = [
            field.queryset for field in self.fields.values() if hasattr(field, "queryset")
        ]
        return all(queryset.exists() for queryset in chosen_from)

    def concerned(self):
        """Who changes with this person, beside them."""
        return []

    def cohorts_run(self, kind=Kind.PARTICIPANT):
        """The cohorts on whose roster `by` may put somebody as `kind`."""
        return Cohort.objects.filter(access.cohorts_enrolling(self.standing, kind))

    def their_cohorts(self, *kinds):
        """The same among those where the person is one of these now."""
        current = Membership.objects.current().filter(person=self.person)
        if kinds:
            current = current.filter(kind__in=kinds)
        return self.cohorts_run().filter(pk__in=current.values("cohort"))
