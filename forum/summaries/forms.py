from django import forms
from django.utils.translation import gettext_lazy as _

from forum.spaces.forms import PostText
from forum.summaries.models import LONGEST_PASSAGE, LONGEST_SUMMARY, ForWhom, Passage


class _Text(PostText):
    """A PostText with a bound of its own."""

    def __init__(self, *, longest, **options):
        super().__init__(**options)
        self.validators = [
            *(v for v in self.validators if getattr(v, "code", "") != "max_length"),
            forms.CharField(max_length=longest).validators[0],
        ]


class SummaryForm(forms.Form):
    text = _Text(
        longest=LONGEST_SUMMARY,
        label=_("What should last of this thread?"),
        help_text=_(
            "In your own words. What somebody else said goes along only as a passage that they"
            " agreed to."
        ),
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )
    for_whom = forms.ChoiceField(
        label=_("If it becomes a page: who should read it?"),
        choices=ForWhom.choices,
        widget=forms.RadioSelect,
        help_text=_("Here in the thread, those who can read the thread read it."),
    )


class PassageForm(forms.Form):
    text = _Text(
        longest=LONGEST_PASSAGE,
        label=_("The passage"),
        help_text=_("Leave the part that you want to take along, just as it stands in the post."),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"required": _("Leave at least a few words.")},
    )
    for_whom = forms.ChoiceField(
        label=_("Who would read it?"), choices=ForWhom.choices, widget=forms.RadioSelect
    )


class DraftForm(forms.Form):
    title = forms.CharField(
        label=_("Title of the page"),
        max_length=120,
        error_messages={"required": _("Give the page a title.")},
    )


class AnswerForm(forms.Form):
    said = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in Passage.Answer if kind.value],
        error_messages={
            "required": _("Choose an answer."),
            "invalid_choice": _("Choose an answer."),
        },
    )
