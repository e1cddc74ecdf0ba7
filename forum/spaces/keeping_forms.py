"""The forms in which spaces are opened and set up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community import access
from community.models import Audience
from forum import markdown
from forum.spaces import keeping
from forum.spaces.models import Space

# More audiences than these are chosen from a list that opens.
MOST_IN_SIGHT = 12


def _name():
    return forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("Short, as it stands in the list of spaces."),
        error_messages={"required": _("Give the space a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )


def _purpose():
    return forms.CharField(
        label=_("What this space is for"),
        max_length=240,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("One or two sentences. They stand at the top of the space."),
        error_messages={"required": _("Say what this space is for.")},
    )


def _holds():
    return forms.ChoiceField(
        label=_("Whose posts wait until a facilitator has looked at them?"),
        choices=Space.Holds,
        initial=Space.Holds.NOBODY,
        widget=forms.RadioSelect,
        help_text=_(
            "A waiting post is seen by its author and the facilitators of this space alone."
            " It appears when one of you lets it in."
        ),
    )


class _Named(forms.Form):
    def clean_name(self):
        name = " ".join(markdown.plain(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        return name

    def clean_purpose(self):
        return " ".join(self.cleaned_data["purpose"].split())


class OpenForm(_Named):
    """`standing` decides which audiences are offered. With the key of a `cohort` whose audience is
    among them, its name and readers stand there already."""

    name = _name()
    purpose = _purpose()
    audience = forms.ModelChoiceField(
        Audience.objects.none(),
        label=_("Who can read it and write in it?"),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=_("This stays so for good: what is said there never gets other readers."),
        error_messages={"required": _("Choose who the space is for.")},
    )
    holds = _holds()

    def __init__(self, *args, standing, cohort=None, **kwargs):
        super().__init__(*args, **kwargs)
        audiences = Audience.objects.select_related("cohort").order_by("cohort__name", "pk")
        every = [found for found in audiences if access.may_open_space(found, standing)]
        offered = [found.pk for found in every]
        if len(offered) > MOST_IN_SIGHT:
            self.fields["audience"].widget = forms.Select()
            self.fields["audience"].empty_label = _("Choose …")
        self.fields["audience"].queryset = audiences.filter(pk__in=offered)
        meant = [found for found in every if str(found.cohort_id) == cohort]
        if meant and meant[0].cohort_id:
            self.initial = {"audience": meant[0].pk, "name": meant[0].cohort.name, **self.initial}


class SettingsForm(_Named):
    STAY, LAST = "", "last"

    name = _name()
    purpose = _purpose()
    holds = _holds()
    place = forms.ChoiceField(
        label=_("Its place in the list of spaces"),
        required=False,
        help_text=_("The list has the same order for everybody."),
    )

    def __init__(self, *args, space, by, **kwargs):
        initial = {"name": space.name, "purpose": space.purpose, "holds": space.holds}
        super().__init__(*args, initial=initial, **kwargs)
        self._beside = {str(found.pk): found for found in keeping.places_before(space, by)}
        self.fields["place"].choices = [
            (self.STAY, _("Leave it where it is")),
            *(
                (key, _("Before %(space)s") % {"space": found.name})
                for key, found in self._beside.items()
            ),
            (self.LAST, _("At the end")),
        ]

    @property
    def before(self):
        """The space that was chosen, or None for the end."""
        return self._beside.get(self.cleaned_data["place"])
