"""Which files belong to which post; called inside the transaction of the verb that writes it."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import OuterRef
from django.utils.translation import gettext as _

from community.gathered import Gathered
from forum.attachments.models import Attachment
from forum.attachments.refusal import FileRefused
from forum.attachments.storage import uploads


@dataclass(frozen=True)
class ShownAttachment:
    """A file as every reader of its post sees it. The small picture's measure is in CSS pixels."""

    name: str
    url: str
    size: int
    extension: str
    alt: str = ""
    small_url: str = ""
    width: int = 0
    height: int = 0

    @property
    def is_picture(self):
        return bool(self.small_url)

    @property
    def icon(self):
        return {"xlsx": "file-spreadsheet", "csv": "file-spreadsheet", "pptx": "presentation"}.get(
            self.extension, "file-text"
        )


def shown(attachment):
    """How one attachment is shown."""
    picture = {}
    if attachment.is_picture:
        width, height = attachment.small_size
        picture = {"small_url": attachment.small_url, "width": width, "height": height}
    return ShownAttachment(
        name=attachment.name,
        url=attachment.url,
        size=attachment.size,
        extension=attachment.name.rpartition(".")[2],
        alt=attachment.alt,
        **picture,
    )


_SHOWN = ("pk", "name", "size", "alt", "width", "height")


def attached(post="pk"):
    """What `gathered` reads: the files of the post that each row of a queryset is, or names."""
    return Gathered(Attachment.objects.filter(post=OuterRef(post)), *_SHOWN)


def gathered(files):
    """The `ShownAttachment`s of one post, of what `attached` brought along with it."""
    return tuple(shown(Attachment(**dict(zip(_SHOWN, file, strict=True)))) for file in files)


def of(post):
    """The attachments of a post, as rows."""
    return list(Attachment.objects.filter(post_id=post.pk))


def unposted(by, keys):
    """Those of these that this person uploaded and did not post, oldest first."""
    return list(Attachment.objects.filter(uploader=by, post=None, pk__in=keys))


def bind(post, attachments, *, by):
    """Attach unposted uploads of `by` to a post that was just written. What was posted elsewhere
    meanwhile, or tidied away, refuses the whole: nobody's file is silently missing."""
    for attachment in attachments:
        if not Attachment.objects.filter(pk=attachment.pk, uploader=by, post=None).update(
            post=post, alt=attachment.alt
        ):
            raise FileRefused(
                _("“%(name)s” is no longer there to be posted. Add it again.")
                % {"name": attachment.name}
            )


def rebind(post, attachments, *, by):
    """Make these, and no others, the attachments of a post; True where that changed anything."""
    standing = {attachment.pk: attachment for attachment in of(post)}
    wanted = {attachment.pk: attachment for attachment in attachments}
    gone = [attachment for pk, attachment in standing.items() if pk not in wanted]
    bind(post, [each for pk, each in wanted.items() if pk not in standing], by=by)
    discard(gone)
    described = [
        each for pk, each in wanted.items() if pk in standing and each.alt != standing[pk].alt
    ]
    for each in described:
        Attachment.objects.filter(pk=each.pk).update(alt=each.alt)
    return bool(gone or described or wanted.keys() - standing.keys())


def discard(attachments):
    """Delete rows at once and their files once that is committed."""
    attachments = list(attachments)
    if not attachments:
        return
    Attachment.objects.filter(pk__in=[attachment.pk for attachment in attachments]).delete()
    stored = [name for attachment in attachments for name in attachment.stored_names()]

    def delete_files():
        for name in stored:
            uploads.delete(name)

    transaction.on_commit(delete_files)
