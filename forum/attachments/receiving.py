"""Files while they stream in: counted, and no longer kept once one is too large.

Django's handlers write whatever comes. Here a file beyond the limit is dropped from the disk at
that moment; what stands in its place in `request.FILES` says why, so that the form comes back with
its text and a sentence beside the field. A disk that is full ends in the same way.
"""

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext as _

# The name of the field, wherever files can be attached. Editors' own uploads have others.
FIELD = "uploads"


class NotKept(SimpleUploadedFile):
    """Stands for a file that was received and not kept; `why` is a sentence."""

    def __init__(self, name, why, field):
        super().__init__(name, b"", "application/octet-stream")
        self.field_name = field
        self.why = why


def in_megabytes(size):
    return _("%(size)d MB") % {"size": size // (1024 * 1024)}


def too_large():
    return _("It is larger than %(size)s.") % {"size": in_megabytes(settings.ATTACHMENT_LARGEST)}


def no_room():
    return _("The site has no room for it at the moment. Try again later.")


class BoundedUploadHandler(TemporaryFileUploadHandler):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.files = 0

    def new_file(self, *args, **kwargs):
        # Not the parent's, whose temporary file may already find no room.
        super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)
        self.file, self.why, self.received = None, None, 0
        self.files += self.field_name == FIELD
        if self.field_name == FIELD and self.files > 4 * settings.ATTACHMENTS_IN_A_POST:
            self.why = _("These are too many files at once.")
            return
        try:
            self.file = TemporaryUploadedFile(
                self.file_name, self.content_type, 0, self.charset, self.content_type_extra
            )
        except OSError:
            self.why = no_room()

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.why:
            return
        if self.field_name == FIELD and self.received > settings.ATTACHMENT_LARGEST:
            self._drop(too_large())
            return
        try:
            self.file.write(raw_data)
        except OSError:
            self._drop(no_room())

    def _drop(self, why):
        self.why = why
        if self.file is not None:
            self.file.close()  # and with that it is deleted
            self.file = None

    def file_complete(self, file_size):
        if self.file is not None:
            try:
                self.file.seek(0)  # writes what the buffer still holds
                self.file.size = file_size
            except OSError:
                self._drop(no_room())
        if self.why:
            return NotKept(self.file_name, self.why, self.field_name)
        return self.file

    def upload_interrupted(self):
        if getattr(self, "file", None) is not None:
            self._drop(None)
