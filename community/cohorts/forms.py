from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.cohorts.models import Agreement, MakeUp, WalkIn


def _one_line(text):
    return " ".join(text.split())


class MeetingForm(forms.Form):
    year = forms.IntegerField(
        label=_("Year of the program"),
        min_value=1,
        max_value=9,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    number = forms.IntegerField(
        label=_("Meeting"),
        min_value=1,
        max_value=12,
        help_text=_("Its number within the year: the page of that meeting says what it holds."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    begins = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("Ends at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(
        label=_("Place"),
        max_length=200,
        help_text=_("With what helps to find it: building, floor, entrance."),
    )
    tell = forms.BooleanField(
        label=_("Tell everybody in the cohort by mail"),
        required=False,
        initial=True,
        help_text=_(
            "Leave it ticked, unless you only mend a slip. Nobody hears of a meeting that is over."
        ),
    )

    def clean_place(self):
        return _one_line(self.cleaned_data["place"])

    def clean_day(self):
        day = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("Look at the year of this date once more."))
        return day

    def clean(self):
        data = super().clean()
        day, begins, ends = data.get("day"), data.get("begins"), data.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("A meeting ends after it begins."))
        elif day and begins and ends:
            data["starts_at"] = timezone.make_aware(datetime.combine(day, begins))
            data["ends_at"] = timezone.make_aware(datetime.combine(day, ends))
        return data

    def said(self):
        """What the verbs of `scheduling` take."""
        names = ("year", "number", "starts_at", "ends_at", "place", "tell")
        return {name: self.cleaned_data[name] for name in names}


def shown_in_form(meeting):
    """A meeting as MeetingForm shows it."""
    starts, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    return {
        "year": meeting.year,
        "number": meeting.number,
        "day": starts.date(),
        "begins": starts.time(),
        "ends": ends.time(),
        "place": meeting.place,
    }


class WalkInForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=WalkIn._meta.get_field("name").max_length,
        help_text=_("For somebody who is not on the roster. Only facilitators see it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self):
        return _one_line(self.cleaned_data["name"])


class MakeUpForm(forms.Form):
    how = forms.CharField(
        label=_("How did they make it up?"),
        max_length=MakeUp._meta.get_field("how").max_length,
        help_text=_("For example: visited the South meeting, or an hour with a mentor."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    on = forms.DateField(
        label=_("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on.year < 2000:
            raise forms.ValidationError(_("Look at the year of this date once more."))
        return on


def _words(name, label, **options):
    return forms.CharField(
        label=label,
        max_length=Agreement._meta.get_field(name).max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        **options,
    )


class AgreementForm(forms.Form):
    """`after` is the key of the version that is changed."""

    play_safe = _words("play_safe", _("Play safe"))
    play_fair = _words("play_fair", _("Play fair"))
    play_hard = _words("play_hard", _("Play hard"))
    choice = _words(
        "choice",
        _("You choose how you take part"),
        help_text=_("The right to change an activity, to watch, or to sit it out."),
    )
    after = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self):
        data = super().clean()
        return {
            name: said.replace("\r\n", "\n") if isinstance(said, str) else said
            for name, said in data.items()
        }


class GraduateForm(forms.Form):
    """Who of a cohort graduates together, or is put back; `people` are those to choose from."""

    people = forms.MultipleChoiceField(
        label=_("Who?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one person.")},
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self._people = list(people)
        self.fields["people"].choices = [(str(each.pk), each.name) for each in self._people]

    def clean_people(self):
        ticked = set(self.cleaned_data["people"])
        return [each for each in self._people if str(each.pk) in ticked]
