"""What lies in a copy: `data.json` for programs, `index.html` for people, and the files.

Every row is written as it is read, so that a copy of ten thousand posts needs no more memory than
one of ten.
"""

import json
import zipfile

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone

from community import inventory

CHUNK = 64 * 1024
# Where the parts go in the page that is written around them.
HERE = "-parts-"


def pack(person, target, tell):
    """Write the copy into the open file `target`; `tell(percent)` is called after each part."""
    parts = inventory.parts()
    steps, done = 3 * len(parts), 0

    def step():
        nonlocal done
        done += 1
        tell(done * 100 // steps)

    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        _write(packed, "data.json", _json(person, parts, step))
        _write(packed, "index.html", _html(person, parts, step))
        for part in parts:
            for name, stored in part.files(person) if part.files else ():
                _copy(packed, name, stored)
            step()


def _write(packed, name, pieces):
    with packed.open(name, "w", force_zip64=True) as entry:
        for piece in pieces:
            entry.write(piece.encode())


def _copy(packed, name, stored):
    """A file whose bytes are gone by now is in the list and not in the copy."""
    try:
        source = stored.open("rb")
    except FileNotFoundError:
        return
    with source, packed.open(name, "w", force_zip64=True) as entry:
        while piece := source.read(CHUNK):
            entry.write(piece)


def _json(person, parts, step):
    def text(value):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)

    yield f'{{"made": {text(timezone.now())}'
    for part in parts:
        yield f",\n{text(part.name)}: ["
        for number, row in enumerate(part.rows(person)):
            yield ("," if number else "") + "\n  " + text(row)
        yield "]"
        step()
    yield "}\n"


def _html(person, parts, step):
    context = {"person": person, "made": timezone.now(), "parts": HERE}
    before, after = render_to_string("takeout/copy/page.html", context).rsplit(HERE, 1)
    yield before
    for part in parts:
        yield render_to_string("takeout/copy/part.html", {"part": part})
        found = False
        for row in part.rows(person):
            found = True
            yield render_to_string("takeout/copy/row.html", {"facts": _facts(row)})
        yield render_to_string("takeout/copy/part_end.html", {"found": found})
        step()
    yield after


def _facts(row):
    """`(label, value)` of what a row says; what it leaves open is left out."""
    for key, value in row.items():
        if value in (None, "", []):
            continue
        if isinstance(value, list):
            value = "; ".join(
                ", ".join(str(each) for each in one.values()) if isinstance(one, dict) else str(one)
                for one in value
            )
        yield key.replace("_", " ").capitalize(), value
