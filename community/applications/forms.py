"""What an applicant is asked, in four short steps; and what a director may answer."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from community.applications.applying import open_intakes
from community.applications.models import Application
from community.forms import LinesField


class LineField(forms.CharField):
    """A name on one line. It stands in mails to people who did not ask for them, so nothing in it
    can be followed."""

    def to_python(self, value):
        line = " ".join(super().to_python(value).split())
        return "".join(c for c in line if unicodedata.category(c)[0] != "C")

    def validate(self, value):
        super().validate(value)
        lowered = value.lower()
        if "@" in value or "://" in value or "www." in lowered:
            raise ValidationError(_("Write a name here, not an address."))


class AddressField(forms.EmailField):
    def to_python(self, value):
        return super().to_python(value).lower()


class IntakeField(forms.ModelChoiceField):
    default_error_messages = {
        "required": _("Choose the region where your site is."),
        "invalid_choice": _("This region takes no applications now. Choose another one."),
    }

    def label_from_instance(self, intake):
        facts = {
            "region": intake.region,
            "cohort": intake.cohort,
            "day": formats.date_format(intake.closes_on, "F j"),
        }
        if intake.taken >= intake.capacity:
            return (
                _(
                    "%(region)s: %(cohort)s, until %(day)s. All places are taken; you can apply for"
                    " the waiting list."
                )
                % facts
            )
        return _("%(region)s: %(cohort)s, applications until %(day)s") % facts


class StepForm(forms.Form):
    """`partial` keeps what there is, for somebody who goes on later."""

    def __init__(self, *args, application=None, partial=False, **kwargs):
        initial = {}
        if application is not None:
            initial = {name: getattr(application, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        self.application = application
        if partial:
            # The link goes to the address, so that one is needed always.
            for name, field in self.fields.items():
                field.required = name == "email"

    def stored(self):
        """The same form, filled in with what is kept: what is missing is said beside its field."""
        data = {
            name: getattr(value, "pk", value)
            for name, value in self.initial.items()
            if value not in (None, False)
        }
        return type(self)(data, application=self.application)


class YouForm(StepForm):
    name = LineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("One that you will still read in a year. The answer goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = LineField(
        label=_("Your phone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


class SiteForm(StepForm):
    intake = IntakeField(
        queryset=None, label=_("Region"), widget=forms.RadioSelect, empty_label=None
    )
    county = LineField(label=_("County"), max_length=80)
    worksite = LineField(
        label=_("Your site"),
        max_length=160,
        help_text=_("Where you work with young people, such as: Maple Yard School."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    program = LineField(
        label=_("Your program"),
        max_length=160,
        help_text=_("The program or organization that runs it."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    director_name = LineField(
        label=_("Your director's name"),
        max_length=120,
        help_text=_("Whoever gives you the time for the meetings."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    director_email = AddressField(
        label=_("Your director's e-mail address"),
        max_length=254,
        help_text=_(
            "We write to them when you send this: who applies, from which site, and the dates."
            " They see nothing else that you write."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["intake"].queryset = open_intakes()

    def clean_director_email(self):
        email = self.cleaned_data["director_email"]
        if email and self.application is not None and email == self.application.email:
            raise ValidationError(_("This is your own address. Write your director's."))
        return email


def _written(label, help_text, *, rows=7, longest=3000, required=True):
    return LinesField(
        label=label,
        help_text=help_text,
        max_length=longest,
        required=required,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class HopesForm(StepForm):
    experience = _written(
        _("Your experience"),
        _(
            "How long have you coordinated a site, and what goes well there? You need no experience"
            " with continuous quality improvement (CQI)."
        ),
    )
    goals = _written(
        _("What you hope for"),
        _(
            "What would you like to learn from other coordinators, and what could they learn from"
            " you? Do not name young people or staff."
        ),
    )


class PromiseForm(StepForm):
    accessibility = _written(
        _("What do you need in order to take part?"),
        _("Food, access to the room, language, hearing or sight, times: anything."),
        rows=4,
        longest=2000,
        required=False,
    )
    commitment = forms.BooleanField(
        label=_("I will come to every meeting, and tell the facilitators if my job changes."),
        error_messages={
            "required": _("Only people who can come to every meeting get a place. Tick this.")
        },
    )


STEPS = {"you": YouForm, "site": SiteForm, "hopes": HopesForm, "promise": PromiseForm}


def step_of(field):
    """The step that asks for this answer."""
    return next(name for name, form in STEPS.items() if field in form.base_fields)


class LinksForm(forms.Form):
    email = AddressField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("The one that you wrote in the application."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class QuestionForm(forms.Form):
    question = LinesField(
        label=_("Your question"),
        max_length=Application._meta.get_field("question").max_length,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "A facilitator of the region reads it and writes back to you, or calls the number that"
            " you leave here."
        ),
    )
