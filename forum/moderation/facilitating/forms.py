"""What facilitators fill in. Each form holds what stays on screen when it is refused."""

import re
import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.moderation.facilitating.standing import StandsForm
from forum.moderation.models import Act
from forum.moderation.notes import LONGEST_NOTE
from forum.spaces.forms import clean_title


class ReasonForm(forms.Form):
    """Told to whose words they were, in the facilitator's own words."""

    reason = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=Act._meta.get_field("reason").max_length,
        help_text=_("Whoever wrote it can read this reason. Do not quote anybody."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class KeyForm(ReasonForm):
    """`key` is made with the form, so that sending it twice is doing it once."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean_key(self):
        return self.cleaned_data["key"] or uuid.uuid4()


class PinForm(StandsForm, ReasonForm):
    field_order = ["stands", "until", "reason"]


class PlaceForm(forms.Form):
    """`places` are `[(space, who reads it there)]`, as the policy offers them."""

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.spaces = {str(space.pk): space for space, _sentence in places}
        self.fields["target"] = forms.ChoiceField(
            label=_("To which space?"),
            choices=[
                (str(space.pk), f"{space.name} ({space.audience.label}): {sentence}")
                for space, sentence in places
            ],
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose a space."),
                "invalid_choice": _("Choose a space."),
            },
        )
        self.order_fields(["target", "reason", "key"])

    def clean_target(self):
        return self.spaces[self.cleaned_data["target"]]


class MoveForm(PlaceForm, ReasonForm):
    pass


class SweepMoveForm(PlaceForm, KeyForm):
    pass


class MergeForm(ReasonForm):
    """`into` is a key from the list; `address` is pasted, and says it for a thread not listed."""

    field_order = ["into", "address", "reason"]
    address = forms.CharField(
        label=_("Or paste the address of another thread"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )

    def __init__(self, *args, listed, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"] = forms.ChoiceField(
            label=_("Into which thread?"),
            required=False,
            choices=[(str(topic.pk), topic.subject) for topic in listed],
            widget=forms.RadioSelect,
        )
        self.order_fields(self.field_order)

    def clean(self):
        data = super().clean()
        found = re.search(r"(?:/threads/|^\s*)(\d{1,15})(?:/|\?|#|\s*$)", data.get("address") or "")
        if data.get("address") and not found:
            self.add_error("address", _("This is not the address of a thread."))
        elif found:
            data["chosen"] = int(found[1])
        elif data.get("into"):
            data["chosen"] = int(data["into"])
        elif not self.errors:
            self.add_error("into", _("Choose a thread, or paste its address."))
        return data


class SplitForm(KeyForm):
    field_order = ["subject", "onwards", "reason", "key"]
    subject = forms.CharField(
        label=_("What is the new thread about?"),
        max_length=160,
        help_text=_("A short line, for example: Snack at 4 pm for middle schoolers"),
        error_messages={"required": _("Give it a short line, so that people can find it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    onwards = forms.ChoiceField(
        label=_("Which posts?"),
        choices=[
            ("no", _("Only the chosen ones")),
            ("yes", _("The first of the chosen ones, and every post after it")),
        ],
        widget=forms.RadioSelect,
        initial="no",
        required=False,
    )

    clean_subject = clean_title

    def clean_onwards(self):
        return self.cleaned_data["onwards"] == "yes"


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("A note for the other facilitators"),
        max_length=LONGEST_NOTE,
        help_text=_(
            "Only those who moderate this space read it. Do not quote: say it in your own words."
        ),
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
