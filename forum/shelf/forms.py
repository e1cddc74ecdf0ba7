from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from forum.shelf.models import LONGEST_NOTE


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("A note to yourself"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=_("Why you keep it. Only you see this."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FindForm(forms.Form):
    """Finding something in a list of one's own; it stands in the address."""

    q = forms.CharField(
        label=_("Words"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def as_query(self):
        """The beginning of the pager's addresses, so that turning the page keeps what was asked."""
        asked = {
            name: self[name].data
            for name in self.fields
            if self.cleaned_data.get(name) and self[name].data
        }
        return f"{urlencode(asked)}&" if asked else ""


class FindSavedForm(FindForm):
    space = forms.ModelChoiceField(
        None, label=_("Space"), required=False, empty_label=_("Every space")
    )

    def __init__(self, *args, spaces, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces
