"""What the demo's people attach to their posts: drawn and written here, and taken in as any upload
is, so that it needs no file in the repository and shows what everybody's uploads go through.
"""

import math
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from forum.attachments import intake

_PAPER, _WALL, _INK, _RED = "#fbfaf3", "#cfd8d6", "#22343c", "#b0402f"
_RULES = (
    "OUR RULES FOR IDEAS",
    "1. Something that we can do here.",
    "2. Somebody is in charge who",
    "    is not Ms. Maya.",
    "3. No pizza two weeks in a row.",
)
_WHY_NOW = (("Food", 14), ("A sibling elsewhere", 9), ("Something else", 8))


def files_of(title, number, by):
    """The attachments of post `number` (from 0) of a demo thread, taken in for its author."""
    return [
        intake.take(SimpleUploadedFile(name, make()), by=by, alt=alt)
        for (words, at), files in _FILES.items()
        if at == number and words in title
        for name, make, alt in files
    ]


def _flipchart(lines):
    """A sheet of paper on a wall, as somebody's phone saw it."""
    image = Image.new("RGB", (1600, 1200), _WALL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((180, 80, 1440, 1140), fill="#b4bfbd")
    draw.rectangle((160, 60, 1420, 1120), fill=_PAPER)
    for x in (700, 820):
        draw.rectangle((x, 30, x + 70, 90), fill="#e5c96b")
    for number, line in enumerate(lines):
        font = ImageFont.load_default(72 if number == 0 else 62)
        draw.text((240, 160 + number * 170), line, fill=_RED if number == 0 else _INK, font=font)
    draw.line((240, 270, 1130, 258), fill=_RED, width=8)
    return _as_photo(image)


def _tally():
    image = Image.new("RGB", (1200, 900), _WALL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((110, 60, 1090, 850), fill=_PAPER)
    draw.text((170, 110), "WHY NOW?", fill=_RED, font=ImageFont.load_default(64))
    for row, (reason, count) in enumerate(_WHY_NOW):
        top = 250 + row * 195
        draw.text((170, top), reason, fill=_INK, font=ImageFont.load_default(44))
        for mark in range(count):
            x = 180 + mark * 46 + mark // 5 * 24
            if mark % 5 == 4:
                draw.line((x - 190, top + 150, x - 20, top + 78), fill=_INK, width=7)
            else:
                lean = round(5 * math.sin(mark * 2.3))
                draw.line((x, top + 72, x + lean, top + 152), fill=_INK, width=7)
    return _as_photo(image)


def _as_photo(image):
    out = BytesIO()
    image.rotate(1.2, fillcolor=_WALL, resample=Image.Resampling.BICUBIC).save(out, "JPEG")
    return out.getvalue()


def _table():
    rows = ["day,left early,food,a sibling elsewhere,something else"]
    days = {"Monday": (7, 3, 2, 2), "Tuesday": (6, 3, 2, 1), "Wednesday": (5, 2, 1, 2),
            "Thursday": (6, 3, 2, 1), "Friday": (7, 3, 2, 2)}  # fmt: skip
    rows += [f"{day},{','.join(map(str, counts))}" for day, counts in days.items()]
    return "\n".join([*rows, ""]).encode()


def _letter():
    return (
        b"To the food service office\n\n"
        b"Our after-school program has 84 students, until 6 pm. We would like to know whether we\n"
        b"can serve a supper, what you would need from us, and whom to call.\n\n"
        b"What we have: two tables, a sink, no refrigerator yet.\n"
    )


# By words of the thread's title and the number of the post in it: name, maker, what it shows.
_FILES = {
    ("They are hungry", 6): [
        (
            "sheet at the door.jpg",
            _tally,
            "A sheet of paper headed Why now, with tally marks: food 14, a sibling elsewhere 9,"
            " something else 8.",
        ),
        ("early pick-ups.csv", _table, ""),
        ("letter to food service.txt", _letter, ""),
    ],
    ("what did you try", 6): [
        (
            "rules on the wall.jpg",
            lambda: _flipchart(_RULES),
            "A flipchart with the students' three rules for ideas, in capital letters and red"
            " and black marker.",
        ),
    ],
}
