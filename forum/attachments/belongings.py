from django.utils.translation import gettext_lazy as _

from community import inventory
from forum.attachments import attaching
from forum.attachments.models import Attachment

inventory.declare("attachments.Attachment.uploader", inventory.KEPT, "files")


@inventory.add_step
def discard_what_was_never_posted(person):
    attaching.discard(Attachment.objects.filter(uploader=person, post=None))


def _of(person):
    return Attachment.objects.filter(uploader=person).order_by("pk")


def _name(attachment):
    return f"files/{attachment.pk}-{attachment.name}"


def _rows(person):
    for row in _of(person).iterator(chunk_size=200):
        yield {
            "name": row.name,
            "in_this_copy": _name(row),
            "what_it_shows": row.alt,
            "bytes": row.size,
            "uploaded": row.created,
            "posted": row.post_id is not None,
        }


def _files(person):
    for row in _of(person).iterator(chunk_size=200):
        yield _name(row), row.file


inventory.add_part("files", _("Files you attached"), _rows, _files)
