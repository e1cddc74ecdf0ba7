"""The forum's own forms: the same with and without JavaScript.

A form can hold back a text that has no error: its writer asked to see it first (`preview`), or is
to look at what it seems to tell about somebody (`reminders`). Then it is not yet valid, comes back
with everything that was typed, and says its `status`.
"""

import hashlib
import uuid

from django import forms
from django.core.validators import MaxLengthValidator
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from forum import markdown, posting
from forum.attachments.forms import FilesForm
from forum.writing.quoted import reminders_of_quotes
from forum.writing.reminders import QUOTE, reminders

LONGEST_POST = 20_000


class PostText(forms.CharField):
    """A post as it was typed, with the line ends of a file and not of a form.

    The bound is no `maxlength`: a browser would cut what is pasted, without a word.
    """

    def __init__(self, **options):
        super().__init__(strip=False, **options)
        self.validators.append(
            MaxLengthValidator(
                LONGEST_POST,
                _(
                    "This is longer than a post can be (%(limit_value)d characters)."
                    " Split it into two posts."
                ),
            )
        )

    def to_python(self, value):
        text = super().to_python(value).replace("\x00", "")
        text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
        return text if text.strip() else ""


class AgreementTick(forms.CheckboxInput):
    """Sends the key of the version that was read, and comes back ticked for that one alone."""

    def __init__(self, version):
        super().__init__(attrs={"value": version}, check_test=lambda sent: sent == str(version))

    def value_from_datadict(self, data, files, name):
        return data.get(name)

    def format_value(self, value):
        return None


class PostForm(FilesForm):
    """`key` is made by the server with the form, so that sending it twice is posting it once.
    `space` is where the text goes, whoever is `by`; without it nobody asks what it quotes.

    `agreement` is the version of the community agreements that whoever writes has still to agree
    to; what comes out then is its key, as `cleaned_data["agreed_to"]`.
    """

    content = PostText(
        label=_("Your post"),
        widget=forms.Textarea(
            attrs={
                "rows": 6,
                "data-draft": "",
                "data-longest": LONGEST_POST,
                "autocapitalize": "sentences",
                "dir": "auto",
                "placeholder": " ",
            }
        ),
        error_messages={"required": _("Write something first.")},
    )
    tried = forms.BooleanField(
        label=_("This tells how it went at my site"),
        required=False,
        help_text=_("Your post then also stands where people look for what others tried."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    field_order = ["content", "tried", "uploads", "key"]
    # What the post says now, as HTML, where another one changed it; with the thread's title.
    meanwhile = title_meanwhile = ""

    def __init__(self, *args, space=None, agreement=None, **options):
        super().__init__(*args, **options)
        self.space = space
        self.agreement = agreement
        if agreement is not None:
            self.fields["agreed_to"] = forms.CharField(
                label=_("I agree to play safe, play fair and play hard"),
                required=False,
                widget=AgreementTick(agreement.pk),
            )

    def edits(self, post):
        """Let the form say which version of the post its writer had before them."""
        self.fields["version"] = forms.CharField(
            required=False,
            max_length=64,
            initial=posting.version_of(post),
            widget=forms.HiddenInput,
        )

    def shows(self, post):
        """The post as it stands now, beside a text that was typed over an older version: sent
        again, that text takes its place."""
        self.meanwhile = markdown.render(post.content.raw)
        if "subject" in self.fields:
            self.title_meanwhile = post.topic.subject
        self.data = self.data.copy()
        self.data["version"] = posting.version_of(post)

    def clean_agreed_to(self):
        agreed = self.cleaned_data["agreed_to"] == str(self.agreement.pk)
        if not agreed and not self.wants_preview:
            raise forms.ValidationError(
                _("Your text is still here. Tick this once, and it can be posted.")
            )
        return self.agreement.pk

    def clean_key(self):
        return self.cleaned_data["key"] or uuid.uuid4()

    def is_valid(self):
        return super().is_valid() and not self.wants_preview and not self.reminders

    @property
    def wants_preview(self):
        return self.is_bound and "preview" in self.data

    @property
    def preview(self):
        """The text as it would stand in the thread, where its writer asked to see it."""
        if not self.wants_preview or "content" in self.errors:
            return ""
        return markdown.render(self.cleaned_data["content"])

    @property
    def _said(self):
        """What readers would see of what was typed."""
        return "\n\n".join(
            self.cleaned_data[name] for name in ("subject", "content") if name in self.fields
        )

    @property
    def digest(self):
        """Stands for this very text: to let another one pass, its writer is asked again."""
        return hashlib.sha256(self._said.encode()).hexdigest()

    @cached_property
    def reminders(self):
        """What the writer should look at before this is posted; nothing once they said so."""
        if not self.is_bound or self.errors or self.wants_preview or self.only_adds:
            return []
        if self.data.get("confirmed") == self.digest:
            return []
        quoted = []
        if self.space is not None:
            quoted = reminders_of_quotes(self.cleaned_data["content"], self.space, self.by)
        return quoted + reminders(self._said)

    @property
    def quotes_fewer(self):
        return any(found.kind == QUOTE for found in self.reminders)

    @property
    def status(self):
        """Of the page that shows this form."""
        return 422 if self.errors or (self.is_bound and self.reminders) else 200

    def held_back(self):
        """Why it was not posted, for the page that sent it by itself."""
        told = {"errors": self.errors.get_json_data()}
        if self.meanwhile:
            told["reminder"] = render_to_string("writing/meanwhile.html", {"form": self})
            told["version"] = self.data["version"]
        elif self.reminders:
            told["reminder"] = render_to_string("writing/reminder.html", {"form": self})
        return told


def clean_title(form):
    """The title of a thread in one line, without what no reader can see."""
    subject = " ".join(markdown.plain(form.cleaned_data["subject"]).split())
    if not subject:
        raise forms.ValidationError(form.fields["subject"].error_messages["required"])
    return subject


class ThreadForm(PostForm):
    subject = forms.CharField(
        label=_("What is it about?"),
        max_length=160,
        help_text=_("A short line, for example: Snack at 4 pm for middle schoolers"),
        error_messages={"required": _("Give it a short line, so that people can find it.")},
        widget=forms.TextInput(attrs={"data-draft": "", "autocomplete": "off", "dir": "auto"}),
    )
    field_order = ["subject", "content", "tried", "uploads", "key"]

    clean_subject = clean_title
