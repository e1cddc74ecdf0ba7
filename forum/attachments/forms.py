"""The files of a post, as part of its form: those added now, and those added before that are kept.

What was added stays when the form comes back for another reason: browsers cannot fill a file field
again, so it comes back as a list with checkboxes. The same list is what the page's script fills.
"""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.attachments import attaching, intake, names
from forum.attachments.models import Attachment
from forum.attachments.receiving import in_megabytes
from forum.attachments.refusal import FileRefused

LONGEST_ALT = Attachment._meta.get_field("alt").max_length


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of uploads; each is looked at by `intake`, and not here."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        return [upload for upload in data or [] if upload]


@dataclass(frozen=True)
class Row:
    attachment: Attachment
    kept: bool


class FilesForm(forms.Form):
    """`by` is who writes, `post` the one that is changed. What comes out is
    `cleaned_data["attachments"]`, as the verbs of `posting` take it."""

    uploads = ManyFilesField(
        label=_("Pictures and files"),
        required=False,
        widget=ManyFilesInput(
            attrs={"accept": ",".join(f".{ending}" for ending in intake.EXTENSIONS)}
        ),
    )

    def __init__(self, *args, by=None, post=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.by, self.post = by, post
        self.rows = []
        if post is not None and not self.is_bound:
            self.rows = [Row(attachment, kept=True) for attachment in attaching.of(post)]

    @property
    def most(self):
        return settings.ATTACHMENTS_IN_A_POST

    @property
    def largest(self):
        return settings.ATTACHMENT_LARGEST

    @property
    def largest_in_words(self):
        return in_megabytes(self.largest)

    @property
    def only_adds(self):
        """Without the script: the button that brings the files in before anything is posted."""
        return self.is_bound and "add_files" in self.data

    def is_valid(self):
        return super().is_valid() and not self.only_adds

    def clean(self):
        cleaned = super().clean()
        uploads = cleaned.pop("uploads", [])
        self._keep_listed()
        self._take(uploads)
        cleaned["attachments"] = [row.attachment for row in self.rows if row.kept]
        if self.only_adds:
            for name in [name for name in self.errors if name != "uploads"]:
                del self.errors[name]
        return cleaned

    def _keys(self, name):
        values = self.data.getlist(name) if hasattr(self.data, "getlist") else []
        return {int(value) for value in values[:200] if value.isdecimal() and len(value) < 19}

    def _keep_listed(self):
        """What a form did not list it cannot take away: somebody may have added it meanwhile."""
        ticked, listed = self._keys("attachments"), self._keys("listed")
        standing = attaching.of(self.post) if self.post is not None else []
        self.rows = [
            Row(attachment, kept=attachment.pk in ticked or attachment.pk not in listed)
            for attachment in standing
        ]
        if self.by is not None and ticked:
            self.rows += [Row(each, kept=True) for each in attaching.unposted(self.by, ticked)]
        for row in self.rows:
            self._describe(row.attachment)
        self._bound(sum(row.kept for row in self.rows))

    def _describe(self, attachment):
        said = self.data.get(f"alt-{attachment.pk}")
        if said is None or not attachment.is_picture:
            return
        attachment.alt = names.on_one_line(said)
        if len(attachment.alt) > LONGEST_ALT:
            self._say(
                attachment.name,
                gettext("Describe it in %(most)d characters or fewer.") % {"most": LONGEST_ALT},
            )

    def _bound(self, count):
        if count > self.most:
            self.add_error(
                "uploads",
                gettext("A post can carry %(most)d files. Leave some of these out.")
                % {"most": self.most},
            )

    def _take(self, uploads):
        room = self.most - sum(row.kept for row in self.rows)
        for upload in uploads:
            try:
                if room <= 0:
                    raise FileRefused(
                        gettext("Not added, since a post can carry %(most)d files.")
                        % {"most": self.most}
                    )
                self.rows.append(Row(intake.take(upload, by=self.by), kept=True))
                room -= 1
            except FileRefused as refusal:
                self._say(upload.name, str(refusal))

    def _say(self, name, sentence):
        self.add_error("uploads", f"“{names.short(name)}”: {sentence}")
