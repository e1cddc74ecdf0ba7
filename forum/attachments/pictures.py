"""Pictures are drawn anew: what is stored is pixels of ours, and nothing that came with them.

Place, time and device, comments and whatever was hung onto the file stay behind. Of a moving
picture the first frame is kept: movement beside text keeps some people from reading, cannot be
switched off there, and weighs most on a slow connection.
"""

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from forum.attachments.models import SMALL_SIDE, scaled
from forum.attachments.refusal import FileRefused

pillow_heif.register_heif_opener()

FORMATS = {
    "jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP",
    "heic": "HEIF", "heif": "HEIF",
}  # fmt: skip
LONGEST_SIDE = 2000
MOST_PIXELS = 50_000_000

# A picture takes some 200 MB while it is drawn: not for everybody at once.
_drawing = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Picture:
    """`full` and `small` are bytes of a whole file each."""

    full: bytes
    small: bytes
    extension: str
    content_type: str
    width: int
    height: int


def redraw(file, extension):
    """The `Picture` of an upload, or `FileRefused` where it is not one that can be drawn."""
    with _drawing, warnings.catch_warnings():
        # Pillow warns of what is large and of damaged side data; the limits here are our own.
        warnings.simplefilter("ignore")
        try:
            return _redraw(file, extension)
        except FileRefused:
            raise
        except Image.DecompressionBombError:
            raise FileRefused(_("This picture has too many dots. Make it smaller first.")) from None
        except Exception:  # noqa: BLE001 - whatever a decoder raises at a hostile file
            raise FileRefused(
                _("This picture cannot be read. It may be damaged, or be another kind of file.")
            ) from None


def _redraw(file, extension):
    file.seek(0)
    image = Image.open(file, formats=[FORMATS[extension]])
    width, height = image.size
    if width * height > MOST_PIXELS or max(width, height) > 30_000:
        raise Image.DecompressionBombError
    if image.format == "JPEG":
        # The decoder then reads large photos at a half, a quarter or an eighth.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    image = ImageOps.exif_transpose(image)
    transparent = "transparency" in image.info or image.mode in {"LA", "La", "PA", "RGBA", "RGBa"}
    image = image.convert("RGBA" if transparent else "RGB")
    image = image.resize(scaled(*image.size, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # Pixels alone: what hangs on an image object would be written with it.
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    photo = extension in {"jpg", "jpeg", "heic", "heif", "webp"} and not transparent
    small = bare.resize(scaled(*bare.size, SMALL_SIDE), Image.Resampling.LANCZOS)
    return Picture(
        full=_written(bare, "JPEG", quality=85, progressive=True)
        if photo
        else _written(bare, "PNG", optimize=max(bare.size) <= 1200),
        small=_written(small, "WEBP", quality=78, method=4),
        extension="jpg" if photo else "png",
        content_type="image/jpeg" if photo else "image/png",
        width=bare.width,
        height=bare.height,
    )


def _written(image, kind, **options):
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
