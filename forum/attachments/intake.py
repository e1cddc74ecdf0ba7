"""The one way in for a file: looked at by content, cleaned, stored under a token, and a row made.

What is not on the list is refused. Nothing that a browser says of a file is believed: neither its
type nor its name, of which only the ending says what the content has to turn out to be.
"""

import hashlib
from datetime import timedelta

import puremagic
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from community import access
from community.models import Person
from forum.attachments import documents, names, pictures
from forum.attachments.models import Attachment
from forum.attachments.receiving import NotKept, no_room, too_large
from forum.attachments.refusal import FileRefused
from forum.attachments.storage import uploads

EXTENSIONS = (*pictures.FORMATS, *documents.CONTENT_TYPES)
# A camera's own names for the same kind, as puremagic gives them.
_SAME = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "heic": "heif", "heics": "heif", "mp4": "heif"}


def take(upload, *, by, alt=""):
    """The unposted `Attachment` made of an upload, or `FileRefused` with nothing left behind."""
    if not access.standing_of(by).active:
        raise FileRefused(_("You can no longer add files."))
    if isinstance(upload, NotKept):
        raise FileRefused(upload.why)
    _leave_room_for(upload.size, by)
    if upload.size == 0:
        raise FileRefused(_("It is empty."))
    if upload.size > settings.ATTACHMENT_LARGEST:
        raise FileRefused(too_large())
    extension = names.extension_of(upload.name)
    if extension not in EXTENSIONS:
        raise FileRefused(
            _("Files of this kind cannot be added. These can: %(kinds)s.") % {"kinds": kinds()}
        )
    _compare(upload, extension)
    if extension in pictures.FORMATS:
        return _keep_picture(upload, pictures.redraw(upload, extension), by, alt)
    documents.look_through(upload, extension)
    return _keep(
        {"file": upload},
        by,
        name=names.clean(upload.name, extension),
        content_type=documents.CONTENT_TYPES[extension],
        size=upload.size,
        sha256=_sum_of(upload),
    )


def kinds():
    """The kinds of files that can be added, in words."""
    return _("pictures (JPEG, PNG, GIF, WebP, HEIC), PDF, Word, Excel, PowerPoint, text and CSV")


def _compare(upload, extension):
    """What the content looks like has to be among what the ending says. Plain text looks like
    nothing in particular; `documents` reads it instead."""
    if extension in {"txt", "csv"}:
        return
    upload.seek(0)
    try:
        seen = {match.extension.lstrip(".") for match in puremagic.magic_stream(upload)}
    except (puremagic.PureError, ValueError, IndexError):
        seen = set()
    found = {_SAME.get(kind, kind) for kind in seen}
    # An OpenDocument text is an archive first of all, as the others are.
    wanted = "docx" if extension == "odt" else _SAME.get(extension, extension)
    if wanted not in found:
        raise FileRefused(_("What is in it is not what its name says."))


def _keep_picture(upload, picture, by, alt):
    return _keep(
        {"file": ContentFile(picture.full), "small": ContentFile(picture.small)},
        by,
        name=names.clean(upload.name, picture.extension),
        content_type=picture.content_type,
        size=len(picture.full),
        sha256=hashlib.sha256(picture.full).hexdigest(),
        width=picture.width,
        height=picture.height,
        alt=alt,
    )


def _sum_of(upload):
    upload.seek(0)
    return hashlib.file_digest(upload, "sha256").hexdigest()


def _keep(contents, by, **facts):
    """Write the files and their row: all of it or nothing. The files come first, so a row never
    lacks its file; whatever goes wrong then, they are taken away again."""
    attachment = Attachment(uploader=by, **facts)
    written = []
    try:
        for field, content in contents.items():
            written.append(_write(content))
            setattr(attachment, field, written[-1])
        with transaction.atomic():
            # Two at once do not share the last room of a day.
            Person.objects.select_for_update().get(pk=by.pk)
            _leave_room_for(attachment.size, by)
            attachment.save()
    except BaseException as problem:
        _discard(written)
        if isinstance(problem, OSError):
            raise FileRefused(no_room()) from None
        raise
    return attachment


def _write(content):
    content.seek(0)
    field = Attachment._meta.get_field("file")
    name = field.generate_filename(None, "")
    try:
        return uploads.save(name, File(content, name=name))
    except BaseException:
        _discard([name])
        raise


def _discard(written):
    for name in written:
        uploads.delete(name)


def _leave_room_for(size, by):
    """A day's uploads of one person are bounded, posted or not, so that nobody fills the disk."""
    today = Attachment.objects.filter(
        uploader=by, created__gt=timezone.now() - timedelta(days=1)
    ).aggregate(files=Count("pk"), bytes=Sum("size", default=0))
    if (
        today["files"] >= settings.ATTACHMENTS_IN_A_DAY
        or today["bytes"] + size > settings.ATTACHMENT_BYTES_IN_A_DAY
    ):
        raise FileRefused(_("You have added a great deal today. Try again tomorrow."))
