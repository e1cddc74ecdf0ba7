"""The poll's own form: on a page of its own, and folded into the form that starts a thread."""

import unicodedata

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

FEWEST, MOST = 2, 10
LONGEST_OPTION = 100
LONGEST_WAIT = 365


def _same(text):
    """What two answers must not share: a different case, width or an invisible letter is none."""
    seen = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in seen if unicodedata.category(letter) not in ("Cc", "Cf"))


class PollForm(forms.Form):
    """With `empty_permitted`, a form in which nothing was written asks for no poll."""

    question = forms.CharField(
        label=gettext_lazy("Your question"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the question that people vote on.")},
    )
    options = forms.CharField(
        label=gettext_lazy("Answers to choose from"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=gettext_lazy("One answer for each line, from 2 to 10 lines."),
        error_messages={
            "required": gettext_lazy("Write the answers, one for each line."),
            "max_length": gettext_lazy("This is too long. An answer is a few words."),
        },
    )
    choices = forms.IntegerField(
        label=gettext_lazy("How many answers may each person choose?"),
        min_value=1,
        max_value=MOST,
        initial=1,
        error_messages={
            "required": gettext_lazy("Say how many answers each person may choose."),
            "invalid": gettext_lazy("Write a number from 1 to 10."),
            "min_value": gettext_lazy("Write a number from 1 to 10."),
            "max_value": gettext_lazy("Write a number from 1 to 10."),
        },
    )
    days = forms.IntegerField(
        label=gettext_lazy("Close it after how many days?"),
        min_value=1,
        max_value=LONGEST_WAIT,
        required=False,
        help_text=gettext_lazy("Left empty, it stays open until you close it."),
        error_messages={
            "invalid": gettext_lazy("Write a number of days from 1 to 365, or leave it empty."),
            "min_value": gettext_lazy("Write a number of days from 1 to 365, or leave it empty."),
            "max_value": gettext_lazy("Write a number of days from 1 to 365, or leave it empty."),
        },
    )
    may_change = forms.BooleanField(
        label=gettext_lazy("A vote can be changed or taken back while the poll is open"),
        required=False,
        initial=True,
    )

    def has_changed(self):
        written = ("question", "options", "days")
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in written)

    def clean_question(self):
        return " ".join(self.cleaned_data["question"].split())

    def clean_options(self):
        lines = (" ".join(line.split()) for line in self.cleaned_data["options"].splitlines())
        options = [line for line in lines if _same(line)]
        if not FEWEST <= len(options) <= MOST:
            raise forms.ValidationError(
                ngettext(
                    "Write from 2 to 10 answers, each on a line of its own."
                    " There is %(count)d now.",
                    "Write from 2 to 10 answers, each on a line of its own."
                    " There are %(count)d now.",
                    len(options),
                )
                % {"count": len(options)}
            )
        seen = set()
        for number, option in enumerate(options, 1):
            if len(option) > LONGEST_OPTION:
                raise forms.ValidationError(
                    _("Answer %(number)d is longer than 100 characters. Say it shorter.")
                    % {"number": number}
                )
            if _same(option) in seen:
                raise forms.ValidationError(
                    _("“%(option)s” stands there twice. Each answer is to be different.")
                    % {"option": option}
                )
            seen.add(_same(option))
        return options

    def clean(self):
        data = super().clean()
        options, choices = data.get("options"), data.get("choices")
        if options and choices and choices > len(options):
            self.add_error(
                "choices",
                _("There are only %(count)d answers to choose from.") % {"count": len(options)},
            )
        return data


def offered(data=None):
    """The form as a part of another one, under names of its own."""
    return PollForm(data, prefix="poll", empty_permitted=True, use_required_attribute=False)
