"""Documents are kept as they came, so they are looked through before: is it what it says, is it
one kind of file only, does it run anything, and does it stay small when it is opened.

Office files are archives. Their directory may lie, so sizes are read from it first and counted
again while reading.
"""

import zipfile
import zlib
from io import BytesIO

from django.utils.translation import gettext as _

from forum.attachments.refusal import FileRefused

_OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "txt": "text/plain",
    "csv": "text/csv",
}
_MAIN_PART = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
}

MOST_ENTRIES = 2_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_TIMES = 150  # how many times its own size an archive may unpack to, beyond a small one
SMALL_ARCHIVE = 4 * 1024 * 1024
DEEPEST = 2  # a presentation holds a sheet for each of its charts

_PIECE = 64 * 1024
_MACROS = ("vbaproject.bin", "vbadata.xml", "/activex/", "macrosheets/", "basic/", "scripts/")
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<iframe")


def look_through(file, extension):
    """Raise `FileRefused` unless the upload is a harmless document of this kind."""
    file.seek(0)
    if extension == "pdf":
        _look_through_pdf(file)
    elif extension in _MAIN_PART:
        _look_through_office(file, extension)
    else:
        _look_through_text(file.read())


def _another_kind():
    return FileRefused(_("What is in it is not what its name says."))


def _two_kinds():
    return FileRefused(_("It is two kinds of file at once. Save it again, and add that."))


def _too_much():
    return FileRefused(_("It holds far more than its size says. Save it again, and add that."))


def _look_through_pdf(file):
    data = file.read()
    if not data.startswith(b"%PDF-"):
        raise _another_kind()
    _start, ended, rest = data.rpartition(b"%%EOF")
    if not ended:
        raise FileRefused(_("It is cut off. Save it again, and add that."))
    if rest.strip(b"\x00\r\n\t ") or zipfile.is_zipfile(BytesIO(data)):
        raise _two_kinds()
    if b"<script" in data[:1024].lower() or b"<html" in data[:1024].lower():
        raise _two_kinds()


def _look_through_text(data):
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # old spreadsheets; every byte is a letter there
    if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in set(text)):
        raise _another_kind()
    # Not only at its beginning: some programs look for it further on.
    beginning = text[:4096].lstrip("\ufeff \t\r\n").lower().encode()
    if beginning.startswith(_MARKUP) or any(tag in beginning for tag in (b"<script", b"<svg")):
        raise FileRefused(_("It is a web page or a drawing, not plain text."))


def _look_through_office(file, extension):
    names = _Unpacked().look_into(file)
    if _MAIN_PART[extension] not in names:
        raise _another_kind()
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        if extension == "odt":
            if archive.read("mimetype").strip() != CONTENT_TYPES["odt"].encode():
                raise _another_kind()
        elif "[Content_Types].xml" not in names:
            raise _another_kind()
        elif b"macroenabled" in archive.read("[Content_Types].xml").lower():
            raise _runs()


def _runs():
    return FileRefused(_("It holds a macro, a small program. Save it without, and add that."))


class _Unpacked:
    """What was unpacked so far of one upload, with the archives that lie in it."""

    def __init__(self):
        self.size = 0
        self.entries = 0

    def look_into(self, file, depth=0):
        """The names in an archive, all of it read once and thrown away."""
        try:
            return self._look_into(file, depth)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError,
                ValueError, RuntimeError, OverflowError):  # fmt: skip
            raise FileRefused(_("It cannot be read. It may be damaged.")) from None

    def _look_into(self, file, depth):
        packed = file.seek(0, 2)
        file.seek(0)
        # What stands before an archive or behind it makes it another file as well.
        if file.read(4) != b"PK\x03\x04":
            raise _another_kind()
        file.seek(max(0, packed - 22))
        if file.read(4) != b"PK\x05\x06":
            raise _two_kinds()
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            self.entries += len(entries)
            told = sum(entry.file_size for entry in entries)
            if self.entries > MOST_ENTRIES or self.size + told > MOST_UNPACKED:
                raise _too_much()
            if told > SMALL_ARCHIVE and told > MOST_TIMES * packed:
                raise _too_much()
            if len(set(names)) != len(names) or min(e.header_offset for e in entries) != 0:
                raise _two_kinds()
            for entry in entries:
                self._look_at(entry)
                self._read(archive, entry, depth)
        return set(names)

    def _look_at(self, entry):
        name = entry.filename.lower().replace("\\", "/")
        if any(f"/{name}".endswith(f"/{part}") or part in name for part in _MACROS):
            raise _runs()
        if name.startswith("/") or ".." in name.split("/") or "\x00" in name or ":" in name[:3]:
            raise FileRefused(_("It names places outside itself. Save it again, and add that."))
        if entry.flag_bits & 1:
            raise FileRefused(_("It is locked by a password, so nobody could look through it."))

    def _read(self, archive, entry, depth):
        """To its end, so that its checksum is compared too; an archive in it is looked into."""
        with archive.open(entry) as opened:
            piece = opened.read(_PIECE)
            inner = BytesIO() if piece.startswith(b"PK\x03\x04") else None
            while piece:
                self.size += len(piece)
                if self.size > MOST_UNPACKED:
                    raise _too_much()
                if inner is not None:
                    inner.write(piece)
                piece = opened.read(_PIECE)
        if inner is not None:
            if depth >= DEEPEST:
                raise _too_much()
            self.look_into(inner, depth + 1)
