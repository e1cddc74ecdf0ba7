from django import forms
from django.utils.translation import gettext_lazy as _

# What is typed to say that it is meant; the same in every language, as the screen shows it.
WORD = "close"


class CloseForm(forms.Form):
    word = forms.CharField(
        label=_("Type the word close"),
        max_length=20,
        help_text=_("So that a slip of the finger closes nothing."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def clean_word(self):
        word = self.cleaned_data["word"]
        if word.strip().lower() != WORD:
            raise forms.ValidationError(_("Type the word close, as it stands here."))
        return word
