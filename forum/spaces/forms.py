"""The forum's own forms: the same with and without JavaScript."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_POST = 20_000


class PostForm(forms.Form):
    """`key` is made by the server with the form, so that sending it twice is posting it once."""

    content = forms.CharField(
        label=_("Your post"),
        max_length=LONGEST_POST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-draft": "", "autocapitalize": "sentences"}),
        help_text=_("Plain text. You can use **bold**, *italics*, lists with - and > to quote."),
        error_messages={
            "required": _("Write something first."),
            "max_length": _(
                "This is longer than a post can be (%(limit_value)d characters)."
                " Split it into two posts."
            ),
        },
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean_content(self):
        content = self.cleaned_data["content"].replace("\r\n", "\n").rstrip()
        if not content.strip():
            raise forms.ValidationError(_("Write something first."), code="required")
        return content

    def clean_key(self):
        return self.cleaned_data["key"] or uuid.uuid4()


class ThreadForm(PostForm):
    subject = forms.CharField(
        label=_("What is it about?"),
        max_length=160,
        help_text=_("A short line, for example: Snack at 4 pm for middle schoolers"),
        error_messages={"required": _("Give it a short line, so that people can find it.")},
        widget=forms.TextInput(attrs={"data-draft": "", "autocomplete": "off"}),
    )
    field_order = ["subject", "content", "key"]
