"""What a file is called: a name that can be shown, downloaded and said aloud, and no more.

It never becomes a name on our own disk.
"""

import re
import unicodedata

LONGEST = 100

# Control, format (text that turns its direction, zero widths), surrogate, private, unassigned.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
# Separators of paths, and what some system keeps for itself.
_KEPT_FOR_SYSTEMS = re.compile(r'[/\\:*?"<>|%#;]+')
# A second ending before the last: some programs go by any of them.
_INNER_ENDING = re.compile(r"\.(?=[A-Za-z][A-Za-z0-9]{1,4}(?:\.|$))")


def extension_of(name):
    """The ending, in small letters and without its dot; empty where there is none."""
    _stem, dot, ending = _seen(name).strip(" .").rpartition(".")
    return ending.lower() if dot else ""


def _seen(name):
    return "".join(
        letter
        for letter in unicodedata.normalize("NFC", name)
        if unicodedata.category(letter) not in _UNSEEN
    )


def clean(name, extension):
    """The name to show for a file of this kind: `extension` replaces the one that it came with."""
    stem = _seen(name).replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    stem = _KEPT_FOR_SYSTEMS.sub("-", stem)
    stem = _INNER_ENDING.sub("-", stem)
    stem = " ".join(stem.split()).strip(" .-")[: LONGEST - len(extension) - 1].rstrip(" .-")
    return f"{stem or 'file'}.{extension}"


def short(name):
    """What a sentence calls a file that was refused: whatever came, cut and made harmless."""
    said = " ".join(_seen(str(name)).split())
    return said if len(said) <= 60 else f"{said[:40]}…{said[-12:]}"


def on_one_line(text):
    """What somebody typed about a file, without line breaks and control characters."""
    return " ".join("".join(" " if unicodedata.category(x) == "Cc" else x for x in text).split())
