from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class WordForm(forms.Form):
    """A word to look for, in an address."""

    q = forms.CharField(label=_("Find"), max_length=80, required=False)

    def __init__(self, *args, label=None, **kwargs):
        super().__init__(*args, **kwargs)
        if label:
            self.fields["q"].label = label

    @property
    def word(self):
        return self.cleaned_data["q"] if self.is_valid() else ""

    def as_query(self):
        """What page links carry on."""
        return urlencode({"q": self.word}) + "&" if self.word else ""
