"""What facilitators fill in on the board."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.applications import board, reviewing
from community.applications.forms import LineField
from community.applications.models import CallNote, Intake
from community.forms import LinesField, WorksiteField
from community.models import Cohort, Region, Worksite


class FilterForm(forms.Form):
    region = forms.ModelChoiceField(
        Region.objects.all(), label=_("Region"), required=False, empty_label=_("Every region")
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Every state")), *((one.value, one.label) for one in board.BOARD_STATES)],
    )
    support = forms.ChoiceField(
        label=_("Director"),
        required=False,
        choices=[
            ("", _("Any answer")),
            ("yes", _("Supports it")),
            ("no", _("Has not answered")),
            ("asked", _("Has a question")),
        ],
    )
    q = forms.CharField(
        label=_("Name, address, site, program or county"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CallForm(forms.Form):
    called_on = forms.DateField(
        label=_("Day of the call"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    text = LinesField(
        label=_("Note"),
        max_length=CallNote._meta.get_field("text").max_length,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Every facilitator can read it. It cannot be changed later."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["called_on"].initial = timezone.localdate()

    def clean_called_on(self):
        day = self.cleaned_data["called_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day


class WordsForm(forms.Form):
    words = LinesField(
        label=_("A sentence of yours"),
        required=False,
        max_length=1000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the mail. Leave it empty and the mail gives no reason."),
    )


class InviteForm(forms.Form):
    """Where the applicant works: a site of the roster, or what they typed, as it should be."""

    worksite = WorksiteField(
        label=_("Site"),
        required=False,
        empty_label=_("A new one, named below"),
    )
    site_name = LineField(label=_("Name of a new site"), max_length=160, required=False)
    program_name = LineField(
        label=_("Its program"),
        max_length=160,
        required=False,
        help_text=_("One of the same name is used; otherwise it is made."),
    )

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        region = application.intake.cohort.region_id
        found = Worksite.objects.filter(program__region=region).select_related("program")
        self.fields["worksite"].queryset = found
        alike = reviewing.alike_worksite(application)
        self.initial |= {
            "worksite": alike if alike in found else None,
            "site_name": application.worksite,
            "program_name": application.program,
        }

    def clean(self):
        data = super().clean()
        if not data.get("worksite"):
            for name in ("site_name", "program_name"):
                if name in data and not data[name]:
                    self.add_error(name, _("Choose a site of the roster, or name a new one."))
        return data


class BulkForm(WordsForm):
    """A sweep over chosen applications; only some acts write to the applicant."""

    def __init__(self, *args, verb, **kwargs):
        super().__init__(*args, **kwargs)
        if verb not in ("waitlist", "decline"):
            del self.fields["words"]


BULK_LABELS = {
    "invite": _("Invite"),
    "waitlist": _("Put on the waiting list"),
    "decline": _("Decline"),
    "reopen": _("Reopen"),
}


class IntakeForm(forms.Form):
    cohort = forms.ModelChoiceField(
        Cohort.objects.none(),
        label=_("Cohort"),
        empty_label=_("Choose one"),
        help_text=_("Cohorts that you facilitate and that have no intake yet."),
    )
    capacity = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=500,
        help_text=_("Whoever is invited or accepted holds one."),
    )
    opens_on = forms.DateField(
        label=_("Opens on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    closes_on = forms.DateField(
        label=_("Closes on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day on which somebody can apply."),
    )

    def __init__(self, *args, by, intake=None, **kwargs):
        super().__init__(*args, **kwargs)
        if intake is not None:
            del self.fields["cohort"]
            self.initial = {
                name: getattr(intake, name) for name in ("capacity", "opens_on", "closes_on")
            }
            return
        mine = [
            cohort.pk
            for cohort in Cohort.objects.filter(intake=None)
            if reviewing.may_open(cohort, by)
        ]
        self.fields["cohort"].queryset = Cohort.objects.filter(pk__in=mine)

    def clean(self):
        data = super().clean()
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("This day lies before the first one."))
        return data


class UploadForm(forms.Form):
    intake = forms.ModelChoiceField(
        Intake.objects.none(), label=_("Intake"), empty_label=_("Choose one")
    )
    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"empty": _("This file is empty.")},
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        mine = [
            one.pk
            for one in Intake.objects.select_related("cohort")
            if reviewing.may_open(one.cohort, by)
        ]
        found = Intake.objects.filter(pk__in=mine).select_related("cohort__region")
        self.fields["intake"].queryset = found


class ConfirmImportForm(UploadForm):
    """The file that was read, once more, from the page that showed the report."""

    file = None
    content = forms.CharField(max_length=2_000_000, widget=forms.HiddenInput)
