"""Writes the sheet of pictures that `{% lucide %}` draws from: `make icons`.

Every word in quotes in a template or a module that is a picture's name is taken: a few too many,
and none is forgotten that comes from a variable.
"""

import re
import zipfile
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHEET = ROOT / "site/static/img/icons.svg"
PLACES = ("templates", "community", "forum", "home", "site/config")
WORD = re.compile(r"""["']([a-z][a-z0-9]*(?:-[a-z0-9]+)*)["']""")
INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
STROKE = 'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'


def words():
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*")):
            if path.suffix in {".html", ".py"} and "migrations" not in path.parts:
                yield from WORD.findall(path.read_text(encoding="utf-8"))


def sheet():
    """The whole file as text: a symbol for each picture, in the order of their names."""
    with (files("lucide") / "lucide.zip").open("rb") as packed, zipfile.ZipFile(packed) as pictures:
        known = {name.removesuffix(".svg") for name in pictures.namelist()}
        symbols = []
        for name in sorted(known & set(words())):
            drawn = INSIDE.search(pictures.read(f"{name}.svg").decode())[1]
            inside = re.sub(r"\s*\n\s*", "", drawn).replace(" />", "/>")
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {STROKE}>{inside}</symbol>')
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", ""])


if __name__ == "__main__":
    SHEET.write_text(sheet(), encoding="utf-8")
