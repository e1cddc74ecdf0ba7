"""The forms of moderation: the same with and without JavaScript."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.moderation import queue
from forum.moderation.models import Report
from forum.spaces.forms import PostForm, ThreadForm
from forum.spaces.models import Space

LONGEST_SENTENCE = 500


def _sentence(label, help_text, **attrs):
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_SENTENCE,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3, **attrs}),
    )


def _reason():
    return _sentence(
        _("Why, in a sentence to its author"),
        _("Only its author and the facilitators of this space read it."),
    )


class ReportForm(forms.Form):
    why = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=Report.Why,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes closest.")},
    )
    words = _sentence(
        _("In your own words"),
        _("What should the facilitators know? A sentence is enough."),
    )

    def clean(self):
        data = super().clean()
        needs_words = data.get("why") == Report.Why.OTHER and "words" not in self.errors
        if needs_words and not data.get("words", "").strip():
            self.add_error("words", _("Say in a few words what it is."))
        return data


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What becomes of it?"),
        choices=[
            (Report.Outcome.LEFT, _("Leave it as it is")),
            (Report.Outcome.CHANGED, _("It was changed, and is all right now")),
            (Report.Outcome.REMOVED, _("Remove it for everybody")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of it.")},
    )
    answer = _sentence(
        _("A sentence to whoever reported it"),
        _("They hear the outcome in any case. They also read this."),
    )
    reason = _sentence(
        _("If you remove it: why, in a sentence to its author"),
        _("Its author does not learn that it was reported."),
    )


class ReasonForm(forms.Form):
    reason = _reason()


class ReasonedPostForm(PostForm):
    """A facilitator changes what somebody else wrote."""

    reason = _reason()


class DeclineForm(forms.Form):
    answer = _sentence(
        _("Why, in a sentence to its author"),
        _("They keep their text and can post it again, changed."),
    )


class ReasonedThreadForm(ThreadForm):
    """The same where the post opens a thread, with the thread's title."""

    reason = _reason()


class QueueFilter(forms.Form):
    """What of the queue is shown; anything else in the address is all of it."""

    space = forms.ModelChoiceField(
        Space.objects.none(), label=_("Space"), required=False, empty_label=_("All spaces")
    )
    kind = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("Everything")), *queue.KINDS.items()]
    )

    def __init__(self, *args, spaces, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces
