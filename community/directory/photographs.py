"""The photo of a member: drawn anew, so that nothing but pixels is kept, with words beside it for
whoever does not see it. It is told to whom its owner says, like every other field."""

import threading
import warnings
from functools import partial
from io import BytesIO

import pillow_heif
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from community.directory.models import Photo, photos
from community.models import Person
from community.roster import Refused

pillow_heif.register_heif_opener()

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "HEIF"]
LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
SIDE = 480

# A large picture takes some 200 MB while it is drawn: not for everybody at once.
_drawing = threading.BoundedSemaphore(2)


def drawn(file):
    """The bytes of a square WebP of an upload, or Refused where it cannot be one."""
    if file.size > LARGEST:
        raise Refused(_("It is larger than 10 MB."))
    with _drawing, warnings.catch_warnings():
        # Pillow warns of what is large and of damaged side data; the limits here are our own.
        warnings.simplefilter("ignore")
        try:
            return _drawn(file)
        except Image.DecompressionBombError:
            raise Refused(_("This picture has too many dots. Make it smaller first.")) from None
        except Exception:  # noqa: BLE001 - whatever a decoder raises at a hostile file
            raise Refused(
                _("This picture cannot be read. Use a JPEG, PNG, WebP, GIF or HEIC file.")
            ) from None


def _drawn(file):
    file.seek(0)
    image = Image.open(file, formats=FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Image.DecompressionBombError
    if image.format == "JPEG":
        image.draft("RGB", (SIDE, SIDE))
    image.load()
    square = ImageOps.fit(ImageOps.exif_transpose(image).convert("RGBA"), (SIDE, SIDE))
    # Pixels alone: what hangs on an image object would be written with it.
    bare = Image.new("RGB", square.size, "white")
    bare.paste(square, mask=square.getchannel("A"))
    out = BytesIO()
    bare.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


@transaction.atomic
def keep(person, *, by, file, alt):
    """Show this photo from now on, in place of the one before. `file` None keeps the photo and
    changes its words."""
    _own(person, by)
    photo = Photo.objects.filter(person=person).first()
    if not alt.strip():
        raise Refused(_("Say what the photo shows."))
    if file is None:
        if photo is None:
            raise Refused(_("Choose a photo."))
        photo.alt = alt
        photo.save(update_fields=["alt"])
        return photo
    data = drawn(file)
    if photo is None:
        photo = Photo(person=person)
    else:
        _discard(photo.file.name)
    photo.alt = alt
    photo.file.save("photo", ContentFile(data), save=False)
    photo.save()
    return photo


@transaction.atomic
def remove(person, *, by):
    """Take the photo away, its file too; whoever has none has nothing to lose."""
    _own(person, by)
    for photo in Photo.objects.filter(person=person):
        _discard(photo.file.name)
        photo.delete()


def _own(person, by):
    current = Person.objects.select_for_update().get(pk=person.pk)
    if by.pk != current.pk or not current.is_active:
        raise Refused(_("Everybody has a photo of their own."))


def _discard(name):
    transaction.on_commit(partial(photos.delete, name))
