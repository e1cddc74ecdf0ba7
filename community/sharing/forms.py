"""What is asked of whoever writes a note. Who reads it is chosen by name, so that it never goes to
somebody who became their director while they were writing."""

import unicodedata
import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from community.forms import LinesField
from community.sharing.models import Note

_JOINERS = "\u200c\u200d"


def _seen(text, also=""):
    """The text without characters that nobody sees, and that turn what stands around them."""
    kept = _JOINERS + also
    return "".join(c for c in text if c in kept or unicodedata.category(c)[0] != "C")


class TextField(LinesField):
    def to_python(self, value):
        text = _seen(super().to_python(value), also="\n\t")
        return text if text.strip(_JOINERS + " \n\t") else ""


class ReaderField(forms.ChoiceField):
    """`directors` are those of now; what comes out is the Person."""

    def __init__(self, *, directors, **options):
        self._people = {str(key): director.person for key, director in directors.items()}
        choices = [
            (str(key), f"{director.person.name} ({', '.join(director.because)})")
            for key, director in directors.items()
        ]
        super().__init__(
            choices=choices,
            label=_("Who reads it"),
            initial=choices[0][0] if len(choices) == 1 else None,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Say who reads it."),
                "invalid_choice": _(
                    "Who directs you has changed meanwhile. Your text is still here: look at who"
                    " would read it now."
                ),
            },
            **options,
        )

    def clean(self, value):
        return self._people[super().clean(value)]


class WordsForm(forms.Form):
    """What a note says. `version` is that of the note that is changed."""

    what = forms.ChoiceField(
        label=_("What it is"),
        required=False,
        widget=forms.RadioSelect,
        choices=[*Note.What.choices, ("", _("None of these"))],
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=Note._meta.get_field("title").max_length,
        help_text=_("A short line, for example: What I need before the spring term"),
        error_messages={"required": _("Give it a short line, so that it can be found again.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    text = TextField(
        label=_("Your note"),
        max_length=Note._meta.get_field("text").max_length,
        help_text=_(
            "Say what is yours. What others said in a cohort stays there: repeat none of it here,"
            " and name nobody from it."
        ),
        error_messages={
            "required": _("Write something first."),
            "max_length": _(
                "This is longer than a note can be (%(limit_value)d characters; it has"
                " %(show_value)d). Shorten it, or make two of it."
            ),
        },
        widget=forms.Textarea(attrs={"rows": 10, "autocapitalize": "sentences", "dir": "auto"}),
    )
    # The note as it stands now, where it was changed in another window.
    meanwhile = None

    def clean_title(self):
        title = " ".join(_seen(self.cleaned_data["title"]).split())
        if not title.strip(_JOINERS):
            raise forms.ValidationError(self.fields["title"].error_messages["required"])
        return title


class NoteForm(WordsForm):
    """A new note. `key` is made by the server with the form, so that sending it twice is sharing
    it once."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    field_order = ["reader", "what", "title", "text", "key"]

    def __init__(self, *args, directors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reader"] = ReaderField(directors=directors)
        self.order_fields(self.field_order)

    def clean_key(self):
        return self.cleaned_data["key"] or uuid.uuid4()


class ChangeForm(WordsForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def shows(self, note):
        """The note as it stands now, beside what was typed over an older one: sent again, that
        takes its place."""
        self.meanwhile = note
        self.data = self.data.copy()
        self.data["version"] = note.version


class ReaderForm(forms.Form):
    def __init__(self, *args, directors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reader"] = ReaderField(directors=directors)
